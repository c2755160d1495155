/** The window in which a person signs in with their organisation: closed too soon, and done. */
import assert from 'node:assert/strict'
import { person, setting } from './person.mjs'

await person(async (anna) => {
	const { page } = anna
	await anna.open()
	await page.getByLabel('E-mail address', { exact: true }).fill(setting.address)
	const begin = async () => {
		const [popup] = await Promise.all([page.waitForEvent('popup'), anna.button('Sign in with your organisation').click()])
		await popup.getByRole('textbox').first().waitFor()
		return popup
	}
	await (await begin()).close()
	await page.getByText('The window was closed before you were signed in.').waitFor()
	await anna.accessible('a sign-in that was given up')

	const popup = await begin()
	await anna.button('Waiting for the other window …').waitFor()
	await popup.locator('[name=login]').fill(setting.address)
	await popup.locator('[name=password]').fill(setting.providerPassword)
	await popup.locator('[type=submit]').click()
	await popup.getByText('Authorize').first().waitFor()
	await Promise.all([popup.waitForEvent('close'), popup.locator('[type=submit]').click()])
	await page.getByRole('heading', { name: setting.address }).waitFor()
	await page.getByRole('heading', { name: 'Calendars' }).waitFor()
	assert.equal(await page.getByRole('heading', { name: 'Connect a mailbox' }).count(), 0)
})
