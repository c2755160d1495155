/** An administrator looks at all accounts, and sets everything once. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { person, setting, until } from './person.mjs'

const PAGE = 'admin/integration_exchange'

await person(async (admin) => {
	const { page } = admin
	const section = (name) => page.locator('.settings-section').filter({ has: page.getByRole('heading', { name, exact: true, level: 2 }) })
	const rows = () => section('Accounts and links').getByRole('row')
	const choose = async (box, option) => {
		await box.click()
		await page.getByRole('option', { name: option }).click()
	}

	// What stands there.
	await admin.open(PAGE)
	await page.getByText('account has not been in step for two days').waitFor()
	await page.getByText('1 to 25 of 30').waitFor()
	await section('PHP extension').getByRole('heading', { name: /command line/ }).first().waitFor()
	await admin.accessible('the page')
	await admin.picture('admin')

	// All accounts and links.
	assert.equal(await rows().count(), 26)
	await admin.button('Next page').click()
	await page.getByText('26 to 30 of 30').waitFor()
	const overview = section('Accounts and links')
	await choose(overview.getByRole('combobox', { name: 'State' }), /^Fails/)
	await page.getByText('1 to 1 of 1').waitFor()
	await overview.getByText('The server mail.example.org does not answer').waitFor()
	await overview.getByText('Failed 4 times in a row').waitFor()
	await admin.accessible('a filter')
	const download = page.waitForEvent('download')
	await overview.getByRole('link', { name: 'Download as CSV' }).click()
	const file = await readFile(await (await download).path(), 'utf8')
	assert.deepEqual(file.split('\r\n').map((line) => line.split(',')[1]), ['user', 'ben', undefined])
	await choose(overview.getByRole('combobox', { name: 'State' }), /^All/)
	await overview.getByLabel('Search in user, address, server, folder').fill('carla')
	await page.getByText('1 to 3 of 3').waitFor()
	await overview.getByText('Exchange refuses the password.').first().waitFor()
	await overview.getByLabel('Search in user, address, server, folder').fill('')
	await page.getByText('1 to 25 of 30').waitFor()

	// Who may use it.
	const access = section('Who may use it')
	await choose(access.getByRole('combobox', { name: 'Groups whose members may use it' }), setting.group)
	await page.keyboard.press('Escape')
	await access.getByRole('checkbox', { name: 'Tasks' }).uncheck({ force: true })
	await access.getByRole('checkbox', { name: /at the server of the organisation/ }).check({ force: true })
	await admin.button('Save who may use it').click()
	await access.getByText('Give the server that people connect to.').waitFor()
	await access.getByRole('textbox', { name: 'Server of the organisation' }).fill('mail.example.org')
	await admin.button('Save who may use it').click()
	await access.getByText('Saved.').waitFor()
	await admin.accessible('who may use it')

	// Defaults, by keyboard alone.
	const defaults = section('Defaults for links')
	await defaults.getByRole('combobox', { name: 'When both sides changed the same' }).focus()
	await page.keyboard.press('ArrowDown')
	await page.getByRole('option', { name: 'Exchange wins' }).waitFor()
	await page.keyboard.press('ArrowDown')
	await page.keyboard.press('Enter')
	const enforce = defaults.getByRole('group', { name: 'When both sides changed the same' }).getByRole('switch')
	await enforce.focus()
	await page.keyboard.press('Space')
	assert.equal(await enforce.isChecked(), true)
	await admin.button('Save defaults').focus()
	await page.keyboard.press('Enter')
	await defaults.getByText('Saved.').waitFor()

	// A server whose certificate is not looked at is warned of, here and above.
	const servers = section('Mail servers')
	await admin.button('Add a server').click()
	assert.equal(await servers.getByLabel(/^Host/).evaluate((field) => field === document.activeElement), true, 'the form has the focus')
	await servers.getByLabel(/^Host/).fill('old.example.org')
	await servers.getByRole('switch', { name: 'Believe any certificate' }).check({ force: true })
	await servers.getByText('can then read passwords').waitFor()
	await admin.accessible('a server')
	await admin.picture('admin-server')
	await admin.button('Save server').click()
	await servers.getByText('certificate is not verified').waitFor()
	assert.equal(await admin.button('Add a server').evaluate((button) => button === document.activeElement), true, 'and gives it back')
	await page.getByText('The certificate of old.example.org is not verified').waitFor()
	await admin.button('Remove old.example.org').click()
	await servers.getByText('old.example.org').waitFor({ state: 'detached' })
	await page.getByText('The certificate of old.example.org is not verified').waitFor({ state: 'detached' })

	// The application for OAuth. Nobody listens where it is tried out.
	const oauth = section('Sign-in with your organisation (OAuth)')
	await choose(oauth.getByRole('combobox', { name: 'Cloud' }), 'Another provider')
	await oauth.getByLabel('Address where people sign in').fill('http://127.0.0.1:9/authorize')
	await oauth.getByLabel('Address that gives tokens').fill('http://127.0.0.1:9/token')
	await oauth.getByLabel('What tokens are for').fill('https://mail.example.org')
	await oauth.getByLabel('Id of the application (client id)').fill('nextcloud')
	await oauth.getByLabel('Secret', { exact: true }).fill(setting.secret)
	await admin.button('Save application').click()
	await oauth.getByText('One is stored').waitFor()
	assert.equal(await oauth.getByLabel('Secret', { exact: true }).inputValue(), '')
	await admin.button('Test').click()
	await oauth.getByText('The sign-in server 127.0.0.1 cannot be reached').waitFor()
	await admin.accessible('the application')
	await admin.button('Remove application').click()
	await page.getByRole('dialog').getByText('stand still until it is set up again').waitFor()
	await admin.accessible('the question')
	await admin.picture('admin-question')
	await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
	await page.getByRole('dialog').waitFor({ state: 'hidden' })
	await oauth.getByText('One is stored').waitFor()

	// When it runs, and the log.
	const schedule = section('When it runs')
	await schedule.getByLabel('Interval in seconds').fill('10')
	await admin.button('Save when it runs').click()
	await schedule.getByText('It is a number from 60 to 86400.').waitFor()
	await schedule.getByLabel('Interval in seconds').fill('600')
	await admin.button('Save when it runs').click()
	await schedule.getByText('Saved.').waitFor()
	const log = section('Log')
	await log.getByText("'log.condition' => ['apps' => ['integration_exchange']],").waitFor()
	await choose(log.getByRole('combobox'), 'Warnings and errors')
	await log.getByText('Saved.').waitFor()
	await log.getByText('log.condition').waitFor({ state: 'detached' })

	// Everything is as it was set, and the secret is nowhere.
	let sent = ''
	page.on('response', async (response) => { sent += await response.text().catch(() => '') })
	await admin.open(PAGE)
	await access.getByText(setting.group).waitFor()
	assert.equal(await access.getByRole('checkbox', { name: 'Tasks' }).isChecked(), false)
	assert.equal(await access.getByRole('textbox', { name: 'Server of the organisation' }).inputValue(), 'mail.example.org')
	assert.equal(await enforce.isChecked(), true)
	assert.equal(await schedule.getByLabel('Interval in seconds').inputValue(), '600')
	await page.getByText('1 to 25 of 30').waitFor()
	await until('the answer was read', async () => sent.includes('exchange'))
	assert.equal(sent.includes(setting.secret), false, 'the secret came back')
	assert.equal((await page.content()).includes(setting.secret), false)

	// In the dark, with high contrast, and on a phone.
	for (const [name, media, width] of [
		['admin-dark', { colorScheme: 'dark' }, 1280],
		['admin-contrast', { colorScheme: 'light', contrast: 'more' }, 1280],
		['admin-phone', { contrast: 'no-preference' }, 390],
	]) {
		await page.emulateMedia(media)
		await page.setViewportSize({ width, height: 900 })
		await admin.open(PAGE)
		await page.getByText('1 to 25 of 30').waitFor()
		await admin.accessible(name)
		await admin.picture(name)
		const wide = await page.evaluate(() => document.querySelector('#integration_exchange-admin').scrollWidth - document.querySelector('#integration_exchange-admin').clientWidth)
		assert.ok(wide <= 1, `${name} is ${wide} pixels too wide`)
		for (const [part, heading] of [['links', 'Accounts and links'], ['access', 'Who may use it'], ['oauth', 'Sign-in with your organisation (OAuth)']]) {
			await section(heading).scrollIntoViewIfNeeded()
			await page.evaluate((text) => [...document.querySelectorAll('h2')].find((h) => h.textContent.trim() === text)?.scrollIntoView(), heading)
			await admin.picture(`${name}-${part}`)
		}
	}
})

// In another language.
await person(async (admin) => {
	await admin.open(PAGE)
	for (const heading of ['Konten und Verknüpfungen', 'Wer es nutzen darf', 'Mailserver', 'Protokoll']) {
		await admin.page.getByRole('heading', { name: heading }).waitFor()
	}
	await admin.page.getByText('1 bis 25 von 30').waitFor()
	await admin.page.getByText('4-mal hintereinander fehlgeschlagen').waitFor()
	await admin.page.getByText('1 Konto ist seit zwei Tagen oder länger nicht im Gleichschritt').waitFor()
	await admin.accessible('the page in German')
}, { locale: 'de-DE' })
