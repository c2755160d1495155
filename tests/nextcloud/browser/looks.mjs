/** The same page on a phone, in the dark, in high contrast and by keyboard alone; and test data, made and gone again. */
import assert from 'node:assert/strict'
import { person } from './person.mjs'

const PHONE = { width: 390, height: 844 }

async function fits(page) {
	const widths = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth])
	assert.ok(widths[0] <= widths[1], `the page is wider than the screen: ${widths}`)
}

/** Whatever has the focus when the Tab key was pressed often enough. */
async function tabTo(page, name) {
	for (let press = 0; press < 120; press++) {
		await page.keyboard.press('Tab')
		const focused = await page.evaluate(() => {
			const element = document.activeElement
			return [element.innerText, element.getAttribute('aria-label'), element.labels?.[0]?.innerText, element.closest('label')?.innerText].join('|')
		})
		if (focused.includes(name)) {
			return
		}
	}
	assert.fail(`The Tab key does not come to “${name}”.`)
}

await person(async (anna) => {
	const { page } = anna
	await anna.open()
	await anna.accessible('the form on a phone')
	await fits(page)
	await anna.picture('phone-connect')
	await anna.connect()
	await anna.button('Create test data').click()
	await page.locator('.exchange-status').getByText('6 items in step').waitFor()
	await page.locator('.exchange-status').getByText('4 items in step').nth(1).waitFor()
	await anna.accessible('folders on a phone, in the dark')
	await fits(page)
	await page.getByRole('heading', { name: 'Calendars' }).scrollIntoViewIfNeeded()
	await anna.picture('phone-dark')
	await anna.button('Options and details').first().click()
	await page.getByRole('heading', { name: 'Options' }).waitFor()
	await anna.accessible('options on a phone, in the dark')
	await fits(page)
}, { viewport: PHONE, colorScheme: 'dark' })

await person(async (anna) => {
	const { page } = anna
	await anna.open()
	await page.locator('.exchange-status').first().waitFor()
	await anna.accessible('the dark')
	await anna.picture('dark')
}, { colorScheme: 'dark' })

await person(async (anna) => {
	const { page } = anna
	await anna.open()
	await page.locator('.exchange-status').first().waitFor()
	await anna.accessible('high contrast')
	await anna.picture('contrast')
	await tabTo(page, 'Synchronise now')
	await page.keyboard.press('Enter')
	await page.locator('.exchange-status').getByText('Synchronising').first().waitFor()
	await tabTo(page, 'Options and details')
	await page.keyboard.press('Space')
	await page.getByRole('heading', { name: 'Options' }).waitFor()

	// A dialog takes the focus, keeps it, and gives it back.
	await anna.open()
	await page.locator('.exchange-status').first().waitFor()
	await tabTo(page, 'Disconnect')
	await page.keyboard.press('Enter')
	const dialog = page.getByRole('dialog')
	await dialog.waitFor()
	await page.waitForFunction(() => document.querySelector('[role=dialog]').contains(document.activeElement))
	for (let press = 0; press < 8; press++) {
		await page.keyboard.press('Tab')
		const [inside, where] = await dialog.evaluate((element) => [element.contains(document.activeElement), document.activeElement.outerHTML.slice(0, 300)])
		assert.ok(inside, `the focus left the dialog for ${where}`)
	}
	await page.keyboard.press('Escape')
	await dialog.waitFor({ state: 'hidden' })
	await page.waitForFunction(() => document.activeElement.innerText === 'Disconnect')

	await anna.button('Delete test data').click()
	await anna.button('Create test data').waitFor()
	assert.equal(await page.locator('.exchange-status').count(), 0)
}, { contrast: 'more' })
