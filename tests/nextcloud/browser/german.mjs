/** The page in German: texts, numbers of things, and times. */
import assert from 'node:assert/strict'
import { createEvent, person, setting } from './person.mjs'

await createEvent('Besprechung', '2026-03-01')

await person(async (anna) => {
	const { page } = anna
	// What Nextcloud's own scripts do with a file of translations; a tree without them shows texts as they are.
	await page.addInitScript(() => {
		window.OC ??= {}
		window.OC.L10N ??= {
			register(app, texts) {
				(window._oc_l10n_registry_translations ??= {})[app] = texts;
				(window._oc_l10n_registry_plural_functions ??= {})[app] = (count) => count === 1 ? 0 : 1
			},
		}
	})
	await anna.open()
	await page.getByRole('heading', { name: 'Ein Postfach verbinden' }).waitFor()
	await page.getByLabel('E-Mail-Adresse', { exact: true }).fill(setting.address)
	await page.getByRole('switch', { name: 'Den Server selbst angeben' }).check({ force: true })
	await page.getByLabel('Server', { exact: true }).fill(setting.exchange)
	await page.getByLabel('Passwort des Postfachs', { exact: true }).fill('Wrong-Fixture')
	await anna.button('Verbinden').click()
	await page.getByText('Die Anmeldung wurde abgelehnt.').waitFor()
	await page.getByText(/Der Server 127\.0\.0\.1 weist Benutzername oder Passwort zurück\./).waitFor()
	await page.getByLabel('Passwort des Postfachs', { exact: true }).fill(setting.mailboxPassword)
	await anna.button('Verbinden').click()
	await page.getByRole('heading', { name: 'Kalender' }).waitFor()

	await page.getByRole('switch', { name: /^Calendar/ }).click({ force: true })
	await anna.button('Weiter').click()
	await page.getByText('1 Eintrag wird nach Nextcloud geholt.').waitFor()
	await anna.button('Einschalten').click()
	await page.locator('.exchange-status').getByText(/vor \d+ Sekunden?/).waitFor()
	await page.locator('.exchange-status').getByText(/in 1[45] Minuten/).waitFor()
	await anna.button('Optionen und Einzelheiten').click()
	await page.getByRole('heading', { name: 'Optionen' }).waitFor()
	await page.getByLabel('Anhalten und fragen bei mehr Löschungen als').fill('viele')
	await anna.button('Optionen speichern').click()
	await page.getByText('„viele“ geht hier nicht. Es ist eine Zahl bis 1000000, oder auto.').waitFor()
	await anna.accessible('the page in German')
	await anna.picture('german')
	const left = await page.locator('#integration_exchange-personal').innerText()
	assert.doesNotMatch(left, /\b(Synchronise|synchronised|items?|Options|Exchange wins|History)\b/)
})
