/** A mailbox with some hundred items: the dry run counts them, and the bar goes on while they come. Takes the pictures of the manual. */
import assert from 'node:assert/strict'
import { control, person } from './person.mjs'

await person(async (anna) => {
	const { page } = anna
	const open = (name) => page.getByRole('switch', { name }).click({ force: true })
	const status = (folder) => page.locator('li.exchange-folder').filter({ has: page.getByRole('switch', { name: folder, exact: true }) })
		.locator('.exchange-status')
	await anna.open()
	await page.getByLabel('E-mail address', { exact: true }).fill('anna@example.org')
	await anna.picture('person-connect')
	await anna.connect()

	await open(/^Calendar/)
	await page.getByRole('dialog').getByLabel('Name').fill('Work')
	await anna.button('Continue').click()
	await page.getByText('400 items are imported into Nextcloud.').waitFor({ timeout: 60_000 })
	await anna.picture('person-dry-run')
	// Slow enough to be seen on its way.
	await control('POST', '/faults', { kind: 'slow', ms: 3000, operation: 'GetItem', skip: 1 })
	await anna.button('Switch on').click()
	const progress = status('Calendar').getByText(/Synchronising: \d+ of 400/)
	await progress.waitFor({ timeout: 60_000 })
	assert.ok(await status('Calendar').getByRole('progressbar').evaluate((bar) => bar.value) >= 0)
	const first = Number((await progress.innerText()).match(/\d+/)[0])
	assert.ok(first <= 400)
	await anna.picture('person-progress')
	await control('DELETE', '/faults')
	await status('Calendar').getByText('400 items in step').waitFor({ timeout: 60_000 })

	await open(/^Tasks/)
	await anna.button('Continue').click()
	await anna.button('Switch on').click({ timeout: 60_000 })
	await status('Tasks').getByText('60 items in step').waitFor({ timeout: 60_000 })
	await anna.picture('person')
	await page.emulateMedia({ colorScheme: 'dark' })
	await anna.picture('person-dark')
	await page.emulateMedia({ colorScheme: 'light' })
	await page.setViewportSize({ width: 390, height: 844 })
	await anna.picture('person-phone')
})
