/** An administrator chooses active mode: first no worker works, then (`workers`) one does and one has gone silent. */
import assert from 'node:assert/strict'
import { person, setting } from './person.mjs'

const PAGE = 'admin/integration_exchange'

await person(async (admin) => {
	const { page } = admin
	const section = (name) => page.locator('.settings-section').filter({ has: page.getByRole('heading', { name, exact: true, level: 2 }) })
	const schedule = section('When it runs')
	const look = async (name) => {
		await page.evaluate(() => [...document.querySelectorAll('h2')].find((h) => h.textContent.trim() === 'When it runs').scrollIntoView())
		await admin.accessible(name)
		await admin.picture(name)
		await page.locator('#exchange-workers').evaluate((heading) => heading.scrollIntoView())
		await admin.picture(`${name}-workers`)
		const wide = await page.evaluate(() => document.querySelector('#integration_exchange-admin').scrollWidth - document.querySelector('#integration_exchange-admin').clientWidth)
		assert.ok(wide <= 1, `${name} is ${wide} pixels too wide`)
	}

	await admin.open(PAGE)
	if (!setting.workers) {
		await schedule.getByLabel('Interval of quiet links in seconds').waitFor({ state: 'detached' })
		await schedule.getByRole('radio', { name: /^Active/ }).check({ force: true })
		await schedule.getByLabel('Interval of quiet links in seconds').fill('3600')
		await admin.button('Save when it runs').click()
		await schedule.getByText('Saved.').waitFor()
		await schedule.getByText('No worker works.', { exact: true }).waitFor()
		await page.getByText('Active mode is on, and no worker works.').waitFor()
		await look('active-none')
		return
	}
	const workers = schedule.getByRole('table', { name: 'Workers' })
	await workers.getByRole('row', { name: /host-a.*works/ }).waitFor()
	await workers.getByRole('row', { name: /host-b.*silent, last sign of life/ }).waitFor()
	await section('Accounts and links').getByText('Real time', { exact: true }).first().waitFor()
	await look('active')
	for (const [name, media, width] of [['active-dark', { colorScheme: 'dark' }, 1280], ['active-phone', { colorScheme: 'light' }, 390]]) {
		await page.emulateMedia(media)
		await page.setViewportSize({ width, height: 900 })
		await workers.waitFor()
		await look(name)
	}
})
