/** A person sees that changes cross within seconds, and leaves their mailbox to background jobs all the same. */
import { person } from './person.mjs'

await person(async (anna) => {
	const { page } = anna
	await anna.open()
	await page.getByRole('heading', { name: 'Calendars' }).waitFor()
	await page.getByText('Changes cross within seconds.').waitFor()
	await anna.accessible('real time')
	await anna.picture('real-time')
	await page.getByRole('switch', { name: 'Real time' }).click({ force: true })
	await page.getByText('Real time is switched off: changes cross every 15 minutes.').waitFor()
	await anna.accessible('no real time')
	await page.setViewportSize({ width: 390, height: 844 })
	await page.emulateMedia({ colorScheme: 'dark' })
	await anna.accessible('no real time on a phone, in the dark')
	await anna.picture('real-time-phone')
	await page.getByRole('switch', { name: 'Real time' }).click({ force: true })
	await page.getByText('Changes cross within seconds.').waitFor()
})
