import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import AccountCard from '../../js/src/personal/AccountCard.vue'
import ConnectForm from '../../js/src/personal/ConnectForm.vue'
import HistoryList from '../../js/src/personal/HistoryList.vue'
import LinkDetails from '../../js/src/personal/LinkDetails.vue'
import LinkOptions from '../../js/src/personal/LinkOptions.vue'
import LinkStatus from '../../js/src/personal/LinkStatus.vue'
import PersonalPage from '../../js/src/personal/PersonalPage.vue'
import RemoveDialog from '../../js/src/personal/RemoveDialog.vue'
import SwitchOnDialog from '../../js/src/personal/SwitchOnDialog.vue'
import VersionDialog from '../../js/src/personal/VersionDialog.vue'
import { state } from '../../js/src/personal/state.js'
import { steps } from '../../js/src/personal/words.js'
import { call } from '../../js/src/api.js'

vi.mock('../../js/src/api.js', () => ({ call: vi.fn() }))

const LINK = {
	id: 7, account: 1, kind: 'event', folder: 'Calendar', folder_id: 'AAA', collection: 'Work', state: 'active', error: null, message: null, announced: null,
	direction: 'both', direction_reason: null, in_step: 30, set_aside: 0, outside: 0, losses: 0, last_success: '2026-01-31T12:00:00Z', last_run: '2026-01-31T12:00:00Z',
	next_run: null, running: false, progress: null,
}
const DETAILS = { ...LINK, rehearsal: null, options: [], items_set_aside: [], items_lossy: [] }
const ACCOUNT = { id: 1, address: 'anna@example.org', server: 'https://mail.example.org', username: 'anna', auth: 'basic', state: 'active', message: null }

const button = (wrapper, text) => wrapper.findAll('button').find((one) => one.text() === text)

/** Answers by method and path. */
function server(answers) {
	call.mockImplementation(async (method, path) => {
		const answer = answers[`${method} ${path}`]
		if (answer instanceof Error || answer === undefined) {
			throw answer ?? new Error(`Nobody answers ${method} ${path}.`)
		}
		return answer
	})
}

beforeEach(() => sessionStorage.clear())
beforeEach(() => Object.assign(state, { accounts: [], links: [], loaded: true, failure: null }))
afterEach(() => call.mockReset())

describe('the form that connects', () => {
	it('sends what was entered, once, and forgets the password', async () => {
		server({ 'POST accounts': ACCOUNT })
		const form = mount(ConnectForm)
		expect(button(form, 'Connect').attributes('disabled')).toBeDefined()
		await form.find('input[type=email]').setValue('anna@example.org')
		await form.find('input[type=password]').setValue('Fixture')
		await form.find('form').trigger('submit')
		await form.find('form').trigger('submit')
		await flushPromises()
		expect(call.mock.calls).toEqual([['POST', 'accounts', { address: 'anna@example.org', password: 'Fixture', server: '', username: '', auth: 'basic' }]])
		expect(form.emitted('connected')).toHaveLength(1)
		expect(form.find('input[type=password]').element.value).toBe('')
	})

	it('says why it did not work, where it is seen, and keeps what was entered', async () => {
		const seen = vi.spyOn(Element.prototype, 'scrollIntoView').mockImplementation(() => {})
		server({ 'POST accounts': new Error('The server refuses the password.') })
		const form = mount(ConnectForm)
		await form.find('input[type=email]').setValue('anna@example.org')
		await form.find('input[type=password]').setValue('Fixture')
		await form.find('form').trigger('submit')
		await flushPromises()
		expect(form.find('[role=alert]').text()).toBe('The server refuses the password.')
		expect(seen.mock.contexts).toEqual([form.find('[role=alert]').element])
		expect(form.emitted('connected')).toBeUndefined()
		expect(form.find('input[type=email]').element.value).toBe('anna@example.org')
	})
})

/** The form where the administrator offers these ways. */
async function formWith(providers) {
	vi.resetModules()
	vi.doMock('@nextcloud/initial-state', () => ({ loadState: () => providers }))
	const { default: Form } = await import('../../js/src/personal/ConnectForm.vue')
	vi.doUnmock('@nextcloud/initial-state')
	return mount(Form)
}

describe('the ways to connect', () => {
	it('are a password alone as long as no application is registered', async () => {
		const form = await formWith([{ id: 'discover', server: null }])
		expect(form.find('input[type=password]').exists()).toBe(true)
		expect(button(form, 'Sign in with your organisation')).toBeUndefined()
	})

	it('have no password where only the sign-in of the organisation is offered', async () => {
		const form = await formWith([{ id: 'oauth', server: null }])
		expect(form.find('input[type=password]').exists()).toBe(false)
		expect(button(form, 'Connect')).toBeUndefined()
		await form.find('input[type=email]').setValue('anna@example.org')
		expect(button(form, 'Sign in with your organisation').attributes('disabled')).toBeUndefined()
	})

	it('go to the server of the organisation where people may choose no other', async () => {
		const form = await formWith([{ id: 'server', server: 'mail.example.org' }])
		const { call } = await import('../../js/src/api.js')
		call.mockResolvedValue(ACCOUNT)
		expect(form.text()).not.toContain('Enter the server myself')
		await form.find('input[type=email]').setValue('anna@example.org')
		await form.find('input[type=password]').setValue('Fixture')
		await form.find('form').trigger('submit')
		expect(call.mock.calls[0][2]).toMatchObject({ server: 'mail.example.org', auth: 'basic' })
	})
})

describe('a link', () => {
	it('shows how far it is', () => {
		const status = mount(LinkStatus, { props: { link: { ...LINK, running: true, progress: { seen: 1500, total: 6000 } } } })
		expect(status.text()).toContain('Synchronising: 1,500 of 6,000')
		expect(status.find('progress').element.value).toBe(25)
		expect(button(status, 'Synchronise now').attributes('disabled')).toBeDefined()
	})

	it('was in step when it last went well, not when it last failed', () => {
		const link = { ...LINK, error: 'unreachable', message: 'No.', last_success: null }
		expect(mount(LinkStatus, { props: { link } }).text()).not.toContain('last synchronised')
		expect(mount(LinkStatus, { props: { link: LINK } }).text()).toContain('last synchronised')
	})

	it('looks anew where somebody took it away in another window', async () => {
		const gone = Object.assign(new Error('There is no such link.'), { kind: 'missing' })
		server({ 'POST links/7/synchronisation': gone, 'GET accounts': [], 'GET links': [] })
		state.links = [LINK]
		const status = mount(LinkStatus, { props: { link: LINK } })
		await button(status, 'Synchronise now').trigger('click')
		await flushPromises()
		expect(state.links).toEqual([])
	})

	it('says that it is due where its time has come', () => {
		const text = (next) => mount(LinkStatus, { props: { link: { ...LINK, next_run: next } } }).text()
		expect(text(new Date(Date.now() + 600_000).toISOString())).toContain('next time')
		expect(text(new Date(Date.now() - 600_000).toISOString())).toMatch(/due now(?!.*next time)/)
	})

	it('shows why it is paused and lets decide', async () => {
		server({ 'POST links/7/decision': { ...DETAILS, running: true } })
		const link = { ...LINK, state: 'stopped', error: 'brake', announced: 20, message: '“occ exchange:approve 7” …' }
		const status = mount(LinkStatus, { props: { link } })
		expect(status.text()).toContain('would delete 20 items')
		expect(status.text()).not.toContain('occ')
		await button(status, 'Bring the items back').trigger('click')
		await flushPromises()
		expect(call.mock.calls[0]).toEqual(['POST', 'links/7/decision', { restore: true }])
		expect(state.links[0]).toMatchObject({ id: 7, running: true })
	})

	it('cannot go on with deletions that it has to count anew', () => {
		const link = { ...LINK, state: 'stopped', error: 'brake', announced: null }
		const status = mount(LinkStatus, { props: { link } })
		expect(button(status, 'Go on and delete')).toBeUndefined()
	})

	it('shows what is wrong, and what a refused request said', async () => {
		server({ 'POST links/7/synchronisation': new Error('Another process is at it.') })
		const status = mount(LinkStatus, { props: { link: { ...LINK, error: 'unreachable', message: 'The server does not answer.' } } })
		expect(status.text()).toContain('The server does not answer.')
		await button(status, 'Synchronise now').trigger('click')
		await flushPromises()
		expect(status.find('[role=alert]').text()).toBe('Another process is at it.')
	})

	it('leads to what is set aside', async () => {
		server({ 'GET links/7': { ...DETAILS, items_set_aside: [{ key: 'k', title: 'Bad', uri: null, reason: 'It cannot be read.' }] }, 'GET history': [] })
		const status = mount(LinkStatus, { props: { link: LINK } })
		expect(button(status, 'Why something is set aside')).toBeUndefined()
		await status.setProps({ link: { ...LINK, set_aside: 1 } })
		await button(status, 'Why something is set aside').trigger('click')
		await flushPromises()
		expect(status.text()).toContain('It cannot be read.')
	})

	it('lists what is set aside and what does not cross', async () => {
		server({
			'GET links/7': {
				...DETAILS,
				items_set_aside: [{ key: 'k', title: null, uri: null, reason: 'It cannot be read.' }],
				items_lossy: [{ title: 'Anna', uri: 'a.vcf', property: 'email', reason: 'A fourth address stays here.' }],
			},
			'GET history': [],
		})
		const details = mount(LinkDetails, { props: { link: LINK } })
		await flushPromises()
		expect(details.text()).toContain('It cannot be read.')
		expect(details.text()).toContain('A fourth address stays here.')
		await button(details, 'Try again').trigger('click')
		expect(details.emitted('retry')).toEqual([['k']])
	})
})

describe('the history', () => {
	it('calls things as they are called', async () => {
		const version = { id: 3, link: 7, side: 'nextcloud', cause: 'deleted', title: 'R&D <all>', reason: '', at: '2026-01-31T12:00:00Z' }
		server({ 'GET history': [version] })
		const list = mount(HistoryList, { props: { link: LINK } })
		await flushPromises()
		expect(list.findAll('button').map((one) => one.attributes('aria-label'))).toEqual(['Show “R&D <all>”', 'Restore “R&D <all>”'])
	})
})

describe('a version', () => {
	it('shows what differs, and everything where that is wanted', async () => {
		const difference = [' BEGIN:VEVENT', '-SUMMARY:Here', '+SUMMARY:There', '+LAST-MODIFIED:20260131T120000Z', ' END:VEVENT']
		server({ 'GET history/3': { text: '', exists: true, difference } })
		const stubs = { NcDialog: { template: '<div><slot /></div>' } }
		const dialog = mount(VersionDialog, { props: { version: { id: 3, title: 'Here', reason: '' } }, global: { stubs } })
		await flushPromises()
		expect(dialog.find('pre').text()).toBe('−SUMMARY:Here\n+SUMMARY:There')
		await dialog.find('[role=switch]').setValue(true)
		expect(dialog.find('pre').text().split('\n')).toHaveLength(5)
	})
})

describe('options', () => {
	const options = [
		{ name: 'max_deletes', value: 'auto', words: [], own: false, enforced: false },
		{ name: 'placeholder', value: 'Busy', words: [], own: false, enforced: true },
		{ name: 'direction', value: 'to_nextcloud', words: ['both', 'to_nextcloud'], own: false, enforced: true },
	]

	it('sends what was changed and nothing else', async () => {
		server({ 'PUT links/7/options': { ...DETAILS, options } })
		const form = mount(LinkOptions, { props: { details: { ...DETAILS, options } } })
		expect(button(form, 'Save options').attributes('disabled')).toBeDefined()
		await form.findAll('input').find((input) => input.element.value === 'auto').setValue('3')
		await form.find('form').trigger('submit')
		await flushPromises()
		expect(call.mock.calls[0]).toEqual(['PUT', 'links/7/options', { options: { max_deletes: '3' } }])
		expect(form.text()).toContain('Saved.')
	})

	it('says of which field a value does not do', async () => {
		const refused = Object.assign(new Error('“x” does not do here.'), { kind: 'configuration', setting: 'max_deletes' })
		server({ 'PUT links/7/options': refused })
		const form = mount(LinkOptions, { props: { details: { ...DETAILS, options } } })
		await form.findAll('input').find((input) => input.element.value === 'auto').setValue('x')
		await form.find('form').trigger('submit')
		await flushPromises()
		expect(form.find('[role=alert]').text()).toContain('Pause and ask at more deletions than')
		expect(form.find('[role=alert]').text()).toContain('“x” does not do here.')
	})

	it('asks what private items are called only where they are not shown', async () => {
		const named = (privacy) => [
			{ name: 'privacy', value: privacy, words: ['full', 'masked'], own: false, enforced: false },
			{ name: 'placeholder', value: 'Busy', words: [], own: false, enforced: false },
		]
		const form = mount(LinkOptions, { props: { details: { ...DETAILS, options: named('masked') } } })
		const field = () => form.findAll('input').find((input) => input.element.value === 'Busy')
		expect(field()).toBeDefined()
		await form.setProps({ details: { ...DETAILS, options: named('full') } })
		expect(field()).toBeUndefined()
	})

	it('shows what cannot be changed, and why', () => {
		const form = mount(LinkOptions, { props: { details: { ...DETAILS, direction_reason: 'The folder can be read only.', options } } })
		expect(form.text()).toContain('The folder can be read only.')
		expect(form.text()).toContain('Your organisation has set this')
		expect(form.findAll('input').find((input) => input.element.value === 'Busy').attributes('disabled')).toBeDefined()
	})
})

describe('an account', () => {
	const folder = { id: 'AAA', kind: 'event', name: 'Calendar', path: ['Calendar'], default: true, writable: true, count: 30, colour: null, link: 7 }

	it('shows each folder once, with its link', async () => {
		state.links = [LINK, { ...LINK, id: 8, kind: 'contact', folder: 'Shared people', folder_id: 'CCC' }]
		server({ 'GET accounts/1/folders': [folder, { ...folder, id: 'BBB', name: 'Team', path: ['Calendar', 'Team'], link: null, writable: false }] })
		const card = mount(AccountCard, { props: { account: ACCOUNT } })
		await flushPromises()
		const rows = card.findAll('li.exchange-folder')
		expect(rows.map((row) => row.find('[role=switch]').element.checked)).toEqual([true, false, true])
		expect(rows[0].text()).toContain('30 items in step')
		expect(rows[1].text()).toContain('Calendar / Team')
		expect(rows[1].text()).toContain('can only be read')
		expect(rows[2].text()).toContain('Shared people')
	})

	it('shows a calendar in its colour', async () => {
		const colour = '#8c8cd7'
		server({ 'GET accounts/1/folders': [{ ...folder, colour }, { ...folder, id: 'BBB', name: 'Team', path: ['Team'], colour: null }] })
		const card = mount(AccountCard, { props: { account: ACCOUNT } })
		await flushPromises()
		const dots = card.findAll('li.exchange-folder').map((row) => row.findAll('.exchange-folder__colour').map((dot) => dot.element.style.backgroundColor))
		expect(dots).toEqual([[colour], []])
	})

	it('brings folders into the order in which people count, their own first', async () => {
		const names = ['Project 10', 'Project 2', 'Calendar', 'Äpfel']
		const own = names.map((name) => ({ ...folder, id: name, name, path: [name], default: name === 'Calendar', link: null }))
		server({ 'GET accounts/1/folders': own })
		const card = mount(AccountCard, { props: { account: ACCOUNT } })
		await flushPromises()
		const shown = () => card.findAll('li.exchange-folder .checkbox-content__text').map((one) => one.text().split('30')[0].trim())
		expect(shown()).toEqual(['Calendar', 'Äpfel', 'Project 2', 'Project 10'])
		server({ 'GET accounts/1/folders': [{ ...own[3], id: 'other' }] })
		await card.find('.exchange-account__shared input').setValue('ben@example.org')
		await card.find('.exchange-account__shared').trigger('submit')
		await flushPromises()
		expect(shown().slice(-1)).toEqual(['Äpfel (ben@example.org)'])
	})

	it('finds one of many folders', async () => {
		const many = Array.from({ length: 60 }, (_, index) => ({ ...folder, id: `F${index}`, name: `Project ${index}`, path: [`Project ${index}`], link: null }))
		server({ 'GET accounts/1/folders': many })
		const card = mount(AccountCard, { props: { account: ACCOUNT } })
		await flushPromises()
		await card.find('input[type=search]').setValue('ect 59')
		expect(card.findAll('li.exchange-folder')).toHaveLength(1)
		await card.find('input[type=search]').setValue('nothing of the kind')
		expect(card.text()).toContain('No folder is called like that.')
	})

	it('keeps what is open of a folder when the mailbox tells of it, and when it gets a link', async () => {
		state.links = [LINK]
		let tell
		call.mockImplementation((method, path) => path.endsWith('/folders') ? new Promise((resolve) => { tell = resolve }) : Promise.resolve([]))
		const card = mount(AccountCard, { props: { account: ACCOUNT } })
		await flushPromises()
		const row = card.find('li.exchange-folder').element
		tell([{ ...folder, link: null }])
		await flushPromises()
		expect(card.findAll('li.exchange-folder').map((one) => one.element)).toEqual([row])
		state.links = []
		await flushPromises()
		expect(card.findAll('li.exchange-folder').map((one) => one.element)).toEqual([row])
	})

	it('still shows its links where the mailbox does not answer', async () => {
		state.links = [LINK]
		server({ 'GET accounts/1/folders': new Error('The server does not answer.') })
		const card = mount(AccountCard, { props: { account: ACCOUNT } })
		await flushPromises()
		expect(card.text()).toContain('The server does not answer.')
		expect(card.text()).toContain('30 items in step')
	})

	it('says whether changes cross within seconds, and may be left to background jobs', async () => {
		server({ 'GET accounts/1/folders': [], 'GET accounts': [], 'GET links': [], 'PUT accounts/1/passive': ACCOUNT })
		const watch = { state: 'live', since: null, message: null, seconds: null }
		const card = mount(AccountCard, { props: { account: { ...ACCOUNT, passive: false, watch } } })
		await flushPromises()
		expect(card.text()).toContain('Changes cross within seconds.')
		await card.find('.exchange-real-time [role=switch]').setValue(false)
		await flushPromises()
		expect(call.mock.calls).toContainEqual(['PUT', 'accounts/1/passive', { passive: true }])
		await card.setProps({ account: { ...ACCOUNT, passive: false, watch: { state: 'polled', since: null, message: null, seconds: 60 } } })
		expect(card.text()).toContain('it is looked at every minute.')
		await card.setProps({ account: { ...ACCOUNT, passive: false, watch: { state: 'waiting', since: null, message: 'No answer.', seconds: 900 } } })
		expect(card.text()).toContain('changes cross every 15 minutes. No answer.')
		await card.setProps({ account: { ...ACCOUNT, passive: false, watch: null } })
		expect(card.text()).not.toContain('Real time')
	})

	it('asks for a new password where it is refused', async () => {
		server({ 'GET accounts/1/folders': [], 'PUT accounts/1/password': ACCOUNT })
		const card = mount(AccountCard, { props: { account: { ...ACCOUNT, state: 'refused', message: 'Wrong.' } } })
		await flushPromises()
		await card.find('input[type=password]').setValue('Fixture')
		await card.find('form').trigger('submit')
		await flushPromises()
		expect(call.mock.calls).toContainEqual(['PUT', 'accounts/1/password', { password: 'Fixture' }])
	})
})

describe('switching on', () => {
	const folder = { id: 'AAA', of: '', kind: 'event', name: 'R&D', path: ['R&D'], default: false, writable: true, count: 30, link: null }
	const stubs = { NcDialog: { props: ['name'], template: '<div><h2>{{ name }}</h2><slot /><slot name="actions" /></div>' } }
	const dialog = () => mount(SwitchOnDialog, { props: { account: ACCOUNT, folder }, global: { stubs } })

	it('calls the folder as it is called', () => {
		server({ 'GET collections/event': [] })
		expect(dialog().find('h2').text()).toBe('Synchronise “R&D”')
	})

	it('begins anew right after it was given up', async () => {
		const begun = { ...LINK, error: 'unconfirmed' }
		state.links = [begun]
		server({ 'DELETE links/7': [], 'POST links/7/rehearsal': begun, 'GET links/7': { ...DETAILS, rehearsal: { error: null, counts: {}, steps: [] } } })
		const one = mount(SwitchOnDialog, { props: { account: ACCOUNT, folder, link: begun }, global: { stubs } })
		await flushPromises()
		await button(one, 'Cancel').trigger('click')
		await flushPromises()
		expect(state.links).toEqual([])
		expect(call.mock.calls.at(-1)).toEqual(['DELETE', 'links/7', { remove: 0 }])
	})

	it('takes the calendar away that it made, also after the page was loaded anew', async () => {
		server({
			'GET collections/event': [], 'POST accounts/1/links': DETAILS, 'POST links/7/rehearsal': LINK,
			'GET links/7': { ...DETAILS, rehearsal: { error: null, counts: {}, steps: [] } }, 'DELETE links/7': [],
		})
		const before = dialog()
		await flushPromises()
		await button(before, 'Continue').trigger('click')
		await flushPromises()
		before.unmount()
		const after = mount(SwitchOnDialog, { props: { account: ACCOUNT, folder, link: LINK }, global: { stubs } })
		await flushPromises()
		await button(after, 'Cancel').trigger('click')
		await flushPromises()
		expect(call.mock.calls.at(-1)).toEqual(['DELETE', 'links/7', { remove: 1 }])
	})

	it('leaves nothing behind where it is given up in the middle', async () => {
		let made
		call.mockImplementation((method, path) => path === 'accounts/1/links' ? new Promise((resolve) => { made = resolve }) : Promise.resolve([]))
		const one = dialog()
		await flushPromises()
		await button(one, 'Continue').trigger('click')
		await button(one, 'Cancel').trigger('click')
		expect(one.emitted('close')).toBeUndefined()
		made({ ...DETAILS, id: 12 })
		await flushPromises()
		expect(call.mock.calls.at(-1)).toEqual(['DELETE', 'links/12', { remove: 1 }])
		expect(call.mock.calls.some(([, path]) => path.endsWith('rehearsal'))).toBe(false)
		expect(one.emitted('close')).toHaveLength(1)
	})
})

describe('the page', () => {
	it('goes on at the form for another mailbox, and at the mailbox once it is connected', async () => {
		vi.spyOn(Element.prototype, 'scrollIntoView').mockImplementation(() => {})
		server({ 'GET accounts': [ACCOUNT], 'GET links': [], 'GET accounts/1/folders': [] })
		const page = mount(PersonalPage, { attachTo: document.body })
		await flushPromises()
		await button(page, 'Connect another mailbox').trigger('click')
		await flushPromises()
		expect(document.activeElement.type).toBe('email')
		await button(page, 'Cancel').trigger('click')
		await flushPromises()
		expect(document.activeElement.textContent).toContain('Connect another mailbox')
		await button(page, 'Connect another mailbox').trigger('click')
		const second = { ...ACCOUNT, id: 2, address: 'ben@example.org' }
		server({ 'POST accounts': second, 'GET accounts': [ACCOUNT, second], 'GET links': [], 'GET accounts/1/folders': [], 'GET accounts/2/folders': [] })
		await page.find('input[type=email]').setValue('ben@example.org')
		await page.find('input[type=password]').setValue('Fixture')
		await page.find('.exchange-connect').trigger('submit')
		await flushPromises()
		expect(document.activeElement.textContent).toContain('ben@example.org')
		page.unmount()
	})
})

describe('the end of a link', () => {
	it('has come where it is gone already, and not where it is refused', async () => {
		const stubs = { NcDialog: { template: '<div><slot /><slot name="actions" /></div>' } }
		const ask = (error) => mount(RemoveDialog, { props: { name: 'Stop?', button: 'Stop', work: () => Promise.reject(error) }, global: { stubs } })
		const gone = ask(Object.assign(new Error('There is no such link.'), { kind: 'missing' }))
		await button(gone, 'Stop').trigger('click')
		await flushPromises()
		expect(gone.emitted('close')).toHaveLength(1)
		const refused = ask(new Error('Busy.'))
		await button(refused, 'Stop').trigger('click')
		await flushPromises()
		expect(refused.emitted('close')).toBeUndefined()
		expect(refused.text()).toContain('Busy.')
	})
})

describe('the page of somebody who may not use the app', () => {
	it('says so, and offers nothing new', async () => {
		vi.resetModules()
		vi.doMock('@nextcloud/initial-state', () => ({ loadState: (app, key, otherwise) => key === 'refusal' ? { message: 'Ask your administrator.' } : otherwise }))
		const { default: Page } = await import('../../js/src/personal/PersonalPage.vue')
		const { call } = await import('../../js/src/api.js')
		call.mockImplementation(async (method, path) => path === 'accounts' ? [ACCOUNT] : [])
		vi.doUnmock('@nextcloud/initial-state')
		const page = mount(Page)
		await flushPromises()
		expect(page.text()).toContain('Ask your administrator.')
		expect(button(page, 'Connect another mailbox')).toBeUndefined()
		expect(button(page, 'Disconnect')).toBeDefined()
		page.unmount()
	})
})

describe('a dry run', () => {
	it('is told in sentences', () => {
		expect(steps({ nextcloud_create: 3, exchange_match: 1 })).toEqual([
			'3 items are imported into Nextcloud.', '1 item is the same on both sides and is paired.',
		])
		expect(steps({})).toHaveLength(1)
	})
})
