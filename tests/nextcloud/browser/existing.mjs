/** A folder joins a calendar that the person has, and leaves it again. */
import assert from 'node:assert/strict'
import { createEvent, dav, person } from './person.mjs'

const event = (uid, summary) => ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Fixture//EN', 'BEGIN:VEVENT', `UID:${uid}`, 'DTSTAMP:20260102T030405Z',
	'DTSTART:20260301T090000Z', 'DTEND:20260301T100000Z', `SUMMARY:${summary}`, 'END:VEVENT', 'END:VCALENDAR', ''].join('\r\n')

assert.equal((await dav('MKCALENDAR', 'mine', '<c:mkcalendar xmlns:c="urn:ietf:params:xml:ns:caldav" xmlns:d="DAV:"><d:set><d:prop>'
	+ '<d:displayname>Mine</d:displayname></d:prop></d:set></c:mkcalendar>')).status, 201)
await dav('PUT', 'mine/here.ics', event('here', 'Only here'))
await createEvent('Only there', '2026-03-02')

await person(async (anna) => {
	const { page } = anna
	const dialog = page.getByRole('dialog')
	await anna.open()
	await anna.connect()
	await page.getByRole('switch', { name: /^Calendar/ }).click({ force: true })
	await dialog.getByRole('group', { name: 'A calendar that I have' }).getByRole('radio', { name: 'Mine' }).check({ force: true })
	await anna.accessible('the choice of a calendar')
	await anna.picture('existing')
	await anna.button('Continue').click()
	await dialog.getByText('1 item is imported into Nextcloud.').waitFor()
	await dialog.getByText('1 item is exported to Exchange.').waitFor()

	// The page was closed in the middle: it asks again, and nothing has happened.
	await anna.open()
	assert.doesNotMatch((await dav('GET', 'mine?export')).text, /Only there/)
	await page.getByRole('switch', { name: /^Calendar/ }).click({ force: true })
	await dialog.getByText('1 item is exported to Exchange.').waitFor()
	await anna.button('Switch on').click()
	await page.locator('.exchange-status').getByText('2 items in step').waitFor()

	await page.getByRole('switch', { name: /^Calendar/ }).click({ force: true })
	await anna.accessible('the question what stays')
	await anna.button('Stop synchronising').click()
	await page.locator('.exchange-status').waitFor({ state: 'hidden' })
	assert.equal(await page.getByRole('switch', { name: /^Calendar/ }).isChecked(), false)
	const kept = (await dav('GET', 'mine?export')).text
	assert.match(kept, /Only here/)
	assert.match(kept, /Only there/)
})
