/** What goes wrong is told where it goes wrong, and goes on from there. */
import { control, createEvent, person } from './person.mjs'

await createEvent('Meeting', '2026-03-01')

await person(async (anna) => {
	const { page } = anna
	await anna.open()
	const told = page.getByRole('alert').locator('.notecard')
	await anna.connect({ mailboxPassword: 'Wrong-Fixture' })
	await told.getByText('refuses the user name or password').waitFor()
	await anna.accessible('a refused password')
	await anna.connect({ exchange: 'https://nowhere.invalid/EWS/Exchange.asmx' })
	await told.getByText('nowhere.invalid').waitFor()
	await anna.connect({ exchange: 'http://127.0.0.1:9/EWS/Exchange.asmx' })
	await told.getByText('127.0.0.1:9').or(told.getByText('127.0.0.1')).waitFor()
	await anna.picture('unreachable')

	await anna.connect()
	await page.getByRole('switch', { name: /^Calendar/ }).click({ force: true })
	await page.getByRole('dialog').getByLabel('Name').fill('Work')
	await anna.button('Continue').click()
	await anna.button('Switch on').click()
	await page.getByText('1 item in step').waitFor()

	// The server is down.
	await control('POST', '/faults', { kind: 'unavailable' })
	await anna.button('Synchronise now').click()
	await page.locator('.exchange-status .notecard').waitFor()
	await anna.accessible('a server that is down')
	await anna.picture('server-down')
	await anna.open()
	await page.locator('.exchange-account').getByRole('button', { name: 'Try again' }).waitFor()
	await control('DELETE', '/faults')
	await anna.button('Try again').click()
	await page.getByRole('heading', { name: 'Tasks' }).waitFor()
	await anna.button('Synchronise now').click()
	await page.locator('.exchange-status .notecard').waitFor({ state: 'hidden' })

	// The password is not valid any more.
	await control('POST', '/faults', { kind: 'unauthorized' })
	await anna.button('Synchronise now').click()
	await page.getByText('Exchange refuses the sign-in.').waitFor()
	await anna.accessible('a sign-in that is refused')
	await anna.picture('refused')
	await control('DELETE', '/faults')
	await page.getByLabel('New password of the mailbox', { exact: true }).fill('Wrong-Fixture')
	await anna.button('Sign in').click()
	await page.locator('.notecard').getByRole('alert').getByText(/./).waitFor()
	await page.getByLabel('New password of the mailbox', { exact: true }).fill('Fixture-Mailbox-7')
	await anna.button('Sign in').click()
	await page.getByText('Exchange refuses the sign-in.').waitFor({ state: 'hidden' })
})
