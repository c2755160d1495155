/** A calendar, from nothing to everything that can come up: set aside, a conflict, the history, the brake, and the end. */
import assert from 'node:assert/strict'
import { changeEvent, control, createEvent, dav, deleteEvent, person, setting, until } from './person.mjs'

const numbers = []
for (let day = 1; day <= 30; day++) {
	numbers.push(await createEvent(`Meeting ${day}`, `2026-03-${String(day).padStart(2, '0')}`))
}

const calendar = async () => (await dav('GET', 'work?export')).text
/** Subject by number of what is in Exchange's calendar. */
const subjects = async () => Object.fromEntries((await control('GET', '/mailbox')).items
	.filter(({ folder }) => folder === 'Calendar').map(({ number, properties }) => [number, properties['0x0037']]))

await person(async (anna) => {
	const { page } = anna
	const status = (text) => page.locator('.exchange-status').getByText(text).waitFor()
	const synchronise = () => anna.button('Synchronise now').click()

	// Connect and choose a folder.
	await anna.open()
	await anna.accessible('the form')
	await anna.picture('connect')
	await anna.connect()
	await page.getByRole('heading', { name: 'Calendars' }).waitFor()
	assert.equal((await page.content()).includes(setting.mailboxPassword), false, 'the password came back')
	await anna.accessible('the folders')

	// Thinking better of it leaves nothing behind.
	await page.getByRole('switch', { name: /^Calendar/ }).click({ force: true })
	await page.getByRole('dialog').getByLabel('Name').fill('Work')
	await anna.accessible('the dialog')
	await anna.button('Continue').click()
	await page.getByText('30 items are imported into Nextcloud.').waitFor()
	await anna.accessible('the dry run')
	await anna.picture('dry-run')
	assert.doesNotMatch(await calendar(), /Meeting/, 'a dry run wrote')
	await anna.button('Cancel').click()
	await page.getByRole('dialog').waitFor({ state: 'hidden' })
	await until('the calendar is gone', async () => (await dav('GET', 'work?export')).status === 404)
	assert.equal(await page.getByRole('switch', { name: /^Calendar/ }).isChecked(), false)

	// Now it is meant.
	await page.getByRole('switch', { name: /^Calendar/ }).click({ force: true })
	await page.getByRole('dialog').getByLabel('Name').fill('Work')
	await anna.button('Continue').click()
	await anna.button('Switch on').click()
	await status('30 items in step')
	assert.match(await calendar(), /SUMMARY:Meeting 30\r\n/)
	const colour = await dav('PROPFIND', 'work', '<propfind xmlns="DAV:" xmlns:a="http://apple.com/ns/ical/"><prop><a:calendar-color/></prop></propfind>')
	assert.match(colour.text, /calendar-color[^>]*>#8c8cd7</, 'the colour of Outlook')
	await anna.accessible('a link in step')
	await anna.picture('in-step')

	// Exchange wins from now on.
	await anna.button('Options and details').click()
	await page.getByRole('combobox', { name: 'When both sides changed the same' }).click()
	await page.getByRole('option', { name: 'Exchange wins' }).click()
	await anna.button('Save options').click()
	await page.getByText('Saved.').waitFor()
	await anna.accessible('the options')

	// Both sides change one event.
	const all = await dav('GET', 'work?export')
	const event = all.text.match(/BEGIN:VEVENT(?:(?!END:VEVENT)[^])*SUMMARY:Meeting 7\r\n[^]*?END:VEVENT/)[0]
	const uid = event.match(/\r\nUID:([^\r]*(?:\r\n [^\r]*)*)/)[1].replaceAll('\r\n ', '')
	const found = await dav('REPORT', 'work', '<c:calendar-query xmlns:c="urn:ietf:params:xml:ns:caldav" xmlns:d="DAV:"><d:prop><d:getetag/></d:prop>'
		+ `<c:filter><c:comp-filter name="VCALENDAR"><c:comp-filter name="VEVENT"><c:prop-filter name="UID"><c:text-match>${uid}</c:text-match>`
		+ '</c:prop-filter></c:comp-filter></c:comp-filter></c:filter></c:calendar-query>')
	const name = found.text.match(/<d:href>[^<]*\/([^/<]+)<\/d:href>/)[1]
	const object = (await dav('GET', `work/${name}`)).text
	assert.equal((await dav('PUT', `work/${name}`, object.replace('SUMMARY:Meeting 7\r\n', 'SUMMARY:Changed here\r\n'))).status, 204)
	await changeEvent(numbers[6], { Subject: 'Changed there' })
	await synchronise()
	await page.getByText('Lost a conflict in Nextcloud').waitFor()
	assert.match(await calendar(), /SUMMARY:Changed there\r\n/)

	// What lost comes back.
	await anna.button('Show “Changed here”').click()
	await page.getByRole('dialog').getByText('SUMMARY:Changed here').waitFor()
	await anna.accessible('a version')
	await anna.picture('version')
	await page.keyboard.press('Escape')
	await page.getByRole('dialog').waitFor({ state: 'hidden' })
	await anna.button('Restore “Changed here”').click()
	await page.getByText('Restored.').waitFor()
	await until('Exchange has the restored version', async () => (await subjects())[numbers[6]] === 'Changed here')

	// One item that Exchange does not give out.
	await control('POST', '/faults', { kind: 'message', code: 'ErrorCorruptData', operation: 'GetItem' })
	await createEvent('Bad', '2026-04-01')
	await synchronise()
	await status('1 set aside')
	await page.getByRole('heading', { name: 'Set aside' }).waitFor()
	await anna.accessible('something set aside')
	await control('DELETE', '/faults')
	await anna.button('Try again').click()
	await status('31 items in step')

	// Half of the mailbox is gone.
	for (const number of numbers.slice(10)) {
		await deleteEvent(number)
	}
	await synchronise()
	await page.getByText('Synchronising would delete 20 items on the other side.').waitFor()
	await anna.accessible('the brake')
	// The notification leads right there.
	const place = await page.locator('li[id^=exchange-link-]').getAttribute('id')
	await page.goto('about:blank')
	await anna.open(`user/connected-accounts#${place}`)
	await page.locator(`#${place}:focus`).waitFor()
	await page.getByText('Synchronising would delete 20 items on the other side.').waitFor()
	await anna.picture('brake')
	await anna.button('Bring the items back').click()
	await until('the items are back', async () => Object.values(await subjects()).includes('Meeting 30'))
	await status('31 items in step')
	for (const [number, subject] of Object.entries(await subjects())) {
		if (/^Meeting (1[1-9]|[23]\d)$/.test(subject)) {
			await deleteEvent(number)
		}
	}
	await synchronise()
	await anna.button('Go on and delete').click()
	await status('11 items in step')
	assert.doesNotMatch(await calendar(), /SUMMARY:Meeting 30\r\n/)

	// The end.
	await anna.button('Disconnect').click()
	await page.getByRole('radio', { name: 'Keep it in Nextcloud' }).waitFor()
	await anna.accessible('the end')
	await page.getByRole('radio', { name: /^Remove it from Nextcloud/ }).check({ force: true })
	await page.getByRole('dialog').getByRole('button', { name: 'Disconnect' }).click()
	await page.getByRole('heading', { name: 'Connect a mailbox' }).waitFor()
	const trashed = await dav('PROPFIND', 'work', '<propfind xmlns="DAV:" xmlns:nc="http://nextcloud.com/ns"><prop><nc:deleted-at/></prop></propfind>')
	assert.match(trashed.text, /deleted-at[^>]*>\d{4}-/, 'the calendar is in the trash bin')
	assert.equal(Object.values(await subjects()).includes('Meeting 1'), true, 'Exchange keeps everything')
})
