import { enableAutoUnmount, flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import AccessForm from '../../js/src/admin/AccessForm.vue'
import AdminPage from '../../js/src/admin/AdminPage.vue'
import DefaultsForm from '../../js/src/admin/DefaultsForm.vue'
import ExtensionList from '../../js/src/admin/ExtensionList.vue'
import LinkTable from '../../js/src/admin/LinkTable.vue'
import LogForm from '../../js/src/admin/LogForm.vue'
import OAuthForm from '../../js/src/admin/OAuthForm.vue'
import ScheduleForm from '../../js/src/admin/ScheduleForm.vue'
import ServerForm from '../../js/src/admin/ServerForm.vue'
import ServerList from '../../js/src/admin/ServerList.vue'
import { state } from '../../js/src/admin/state.js'
import { call } from '../../js/src/api.js'

vi.mock('../../js/src/api.js', () => ({ call: vi.fn() }))

const setting = (name, value) => ({ setting: name, value, default: value, meaning: '' })
const ALL = {
	problems: [],
	settings: [
		setting('kinds', 'event,task,contact'), setting('groups', ''), setting('providers', 'discover,oauth'), setting('server', ''),
		setting('interval', '900'), setting('job_budget', '240'), setting('cycles', '128'), setting('history_days', '90'),
		setting('history_megabytes', '100'), setting('log_level', 'debug'), setting('mode', 'passive'), setting('active_interval', '7200'),
		setting('poll_interval', '60'), setting('worker_memory', '512'),
	],
	defaults: [
		{ setting: 'policy', value: 'newest', enforced: false, meaning: '' },
		{ setting: 'window', value: '10:20', enforced: true, meaning: '' },
		{ setting: 'placeholder', value: 'Busy', enforced: false, meaning: '' },
	],
	servers: { only_allowed: false, servers: [], warning: null },
	oauth: { cloud: 'global' },
	surroundings: { background: 'cron', cron: null, proxy: null, proxy_exclude: [], log: 'warning', log_line: 'LINE' },
}
const SERVER = { host: 'mail.example.org', allowed: true, ca_file: null, pin: null, verified: false, old_tls: false, requests: 8, mailbox_requests: null }
const WORKER = {
	id: 'a', host: 'host-a', pid: 4711, version: '0.1.0', since: '2026-01-30T12:00:00Z', seen: '2026-01-31T12:00:00Z', live: true, accounts: 5,
	events: 12345, cycles: 10, memory: 42, lag: 180,
}
const ROW = {
	account: 1, user: 'ben', address: 'ben@example.org', server: 'https://mail.example.org', link: 3, kind: 'event', folder: 'Calendar',
	collection: 'Work', state: 'failing', last_success: '2026-01-30T12:00:00Z', last_run: '2026-01-31T12:00:00Z',
	next_run: '2026-01-31T14:00:00Z', in_step: 1200, set_aside: 2, losses: 0, failures: 4, calls: 5000, error: 'unreachable', message: 'No answer.', watch: 'live',
}
const STATES = { fine: 60, waiting: 0, failing: 1, stopped: 0, refused: 0, barred: 0, unlinked: 0 }

const button = (wrapper, text) => wrapper.findAll('button').find((one) => one.text() === text)
const sent = (method, path) => call.mock.calls.filter((one) => one[0] === method && one[1] === path).map((one) => one[2])

/** Answers by method and path; one may be made of what was sent. */
function server(answers) {
	call.mockImplementation(async (method, path, data) => {
		const answer = { 'GET admin': ALL, 'GET admin/groups': [], ...answers }[`${method} ${path}`]
		if (answer instanceof Error || answer === undefined) {
			throw answer ?? new Error(`Nobody answers ${method} ${path}.`)
		}
		return typeof answer === 'function' ? answer(data) : answer
	})
}

beforeEach(() => Object.assign(state, { all: structuredClone(ALL), failure: null }))
enableAutoUnmount(afterEach)
afterEach(() => call.mockReset())

describe('the page', () => {
	it('says what needs the administrator before everything else', async () => {
		state.all = null
		server({ 'GET admin': { ...ALL, problems: [{ severity: 'warning', message: 'Three accounts fail.' }] } })
		const page = mount(AdminPage, { shallow: false })
		await flushPromises()
		expect(page.text().indexOf('Three accounts fail.')).toBeGreaterThan(0)
		expect(page.text().indexOf('Three accounts fail.')).toBeLessThan(page.text().indexOf('Accounts and links'))
		expect(page.text()).not.toContain('Nothing needs you.')
	})

	it('says why there is nothing to see', async () => {
		state.all = null
		server({ 'GET admin': new Error('Nextcloud cannot be reached.') })
		const page = mount(AdminPage)
		await flushPromises()
		expect(page.text()).toContain('Nextcloud cannot be reached.')
		expect(page.text()).not.toContain('Who may use it')
	})
})

describe('who may use it', () => {
	it('sends all of it, and keeps the form where it is refused', async () => {
		server({ 'PUT admin/settings': new Error('The choice “server” needs one.') })
		const form = mount(AccessForm)
		await flushPromises()
		await form.find('input[value=task]').setValue(false)
		await form.find('input[value=server]').setValue(true)
		await form.find('form').trigger('submit')
		await flushPromises()
		expect(sent('PUT', 'admin/settings')).toEqual([{
			settings: { kinds: ['event', 'contact'], providers: ['discover', 'oauth', 'server'], server: '', groups: [] },
		}])
		expect(form.find('[role=alert]').text()).toBe('The choice “server” needs one.')
		expect(form.find('input[value=server]').element.checked).toBe(true)
	})

	it('shows groups by their names', async () => {
		state.all.settings[1].value = 'g1'
		server({ 'GET admin/groups': [{ id: 'g1', name: 'Sales' }] })
		const form = mount(AccessForm)
		await flushPromises()
		expect(form.text()).toContain('Sales')
	})
})

describe('the defaults', () => {
	it('are sent with what is enforced and what is not, also values of which the page has no word', async () => {
		server({ 'PUT admin/defaults': ALL.defaults })
		const form = mount(DefaultsForm)
		expect(form.text()).toContain('10:20')
		await form.findAll('input[type=checkbox]')[0].setValue(true)
		await form.find('form').trigger('submit')
		await flushPromises()
		expect(sent('PUT', 'admin/defaults')).toEqual([{
			settings: { policy: 'newest', window: '10:20', placeholder: 'Busy' }, enforce: ['policy', 'window'], release: ['placeholder'],
		}])
		expect(form.find('[role=status]').text()).toBe('Saved.')
	})
})

describe('mail servers', () => {
	it('warns before any certificate is believed, and sends nothing for an empty field', async () => {
		const form = mount(ServerForm, { props: { server: {} } })
		expect(button(form, 'Save server').attributes('disabled')).toBeDefined()
		await form.find('input[type=text]').setValue(' mail.example.org ')
		expect(form.text()).not.toContain('can then read passwords')
		await form.findAll('input[type=checkbox]')[1].setValue(true)
		expect(form.text()).toContain('can then read passwords')
		await form.find('form').trigger('submit')
		expect(form.emitted('save')).toEqual([['mail.example.org', { allowed: true, insecure: true, ca_file: null, pin: null, requests: null }]])
	})

	it('shows what is said of each, and takes all of it back', async () => {
		state.all.servers.servers = [SERVER]
		server({ 'POST admin/servers': { only_allowed: false, servers: [], warning: null } })
		const list = mount(ServerList)
		expect(list.text()).toContain('certificate is not verified')
		await list.find('[aria-label="Remove mail.example.org"]').trigger('click')
		await flushPromises()
		const [{ host, changes }] = sent('POST', 'admin/servers')
		expect([host, Object.values(changes).filter(Boolean)]).toEqual(['mail.example.org', []])
		expect(list.text()).not.toContain('mail.example.org')
	})
})

describe('the application for OAuth', () => {
	it('sends a secret once and forgets it', async () => {
		server({ 'PUT admin/oauth': { cloud: 'global', tenant: 't', client_id: 'c', proof: 'secret' } })
		const form = mount(OAuthForm)
		const [tenant, client] = form.findAll('input[type=text]')
		await tenant.setValue('t')
		await client.setValue('c')
		await form.find('input[type=password]').setValue('Fixture')
		await form.find('form').trigger('submit')
		await flushPromises()
		expect(sent('PUT', 'admin/oauth')).toEqual([{ settings: { cloud: 'global', client_id: 'c', tenant: 't', secret: 'Fixture' } }])
		expect(form.find('input[type=password]').element.value).toBe('')
		expect(form.text()).toContain('it is not shown again')
		await form.find('form').trigger('submit')
		await flushPromises()
		expect(sent('PUT', 'admin/oauth')[1].settings).not.toHaveProperty('secret')
	})

	it('is removed only when that is meant', async () => {
		state.all.oauth = { cloud: 'global', tenant: 't', client_id: 'c', proof: 'secret' }
		server({ 'DELETE admin/oauth': { cloud: 'global' } })
		const form = mount(OAuthForm, { global: { stubs: { NcDialog: { template: '<div role="dialog"><slot /><slot name="actions" /></div>' } } } })
		await button(form, 'Remove application').trigger('click')
		expect(call).not.toHaveBeenCalled()
		await button(form, 'Cancel').trigger('click')
		expect(form.find('[role=dialog]').exists()).toBe(false)
		await button(form, 'Remove application').trigger('click')
		await form.find('[role=dialog]').findAll('button').at(-1).trigger('click')
		await flushPromises()
		expect(sent('DELETE', 'admin/oauth')).toHaveLength(1)
		expect(button(form, 'Test')).toBeUndefined()
	})

	it('is tried out, and says what is wrong', async () => {
		state.all.oauth = { cloud: 'global', tenant: 't', client_id: 'c', proof: 'secret' }
		server({ 'POST admin/oauth/trial': { host: 'login.example.org' } })
		const form = mount(OAuthForm)
		await button(form, 'Test').trigger('click')
		await flushPromises()
		expect(form.find('[role=status]').text()).toContain('It works')
		server({ 'POST admin/oauth/trial': new Error('The secret has run out.') })
		await button(form, 'Test').trigger('click')
		await flushPromises()
		expect(form.find('[role=alert]').text()).toBe('The secret has run out.')
		expect(form.find('[role=status]').text()).toBe('')
	})
})

describe('when it runs, and the log', () => {
	it('sends numbers as texts', async () => {
		server({ 'PUT admin/settings': ALL.settings })
		const form = mount(ScheduleForm)
		expect(form.text()).toContain('Background jobs have not run yet.')
		await form.find('input[type=number]').setValue('600')
		await form.find('form').trigger('submit')
		await flushPromises()
		expect(sent('PUT', 'admin/settings')[0].settings).toMatchObject({ interval: '600', history_days: '90' })
	})

	it('asks for what active mode needs where it is chosen, and says of which field a value does not do', async () => {
		const refused = Object.assign(new Error('“9” does not do here.'), { kind: 'configuration', setting: 'poll_interval' })
		server({ 'PUT admin/settings': refused })
		const form = mount(ScheduleForm)
		expect(form.text()).not.toContain('Exchange does not tell of changes')
		await form.find('input[value=active]').setValue(true)
		expect(form.text()).toContain('Exchange does not tell of changes')
		await form.find('form').trigger('submit')
		await flushPromises()
		expect(sent('PUT', 'admin/settings')[0].settings).toMatchObject({ mode: 'active', poll_interval: '60', worker_memory: '512' })
		expect(form.find('[role=alert]').text()).toMatch(/^Interval without notifications in seconds.*“9” does not do here\.$/s)
		expect(form.text()).not.toContain('Workers')
	})

	it('shows the workers, and what to do where none works', async () => {
		state.all.settings.find((row) => row.setting === 'mode').value = 'active'
		server({ 'GET admin/workers': { problem: null, workers: [WORKER, { ...WORKER, id: 'b', host: 'host-b', live: false }] } })
		const form = mount(ScheduleForm)
		await flushPromises()
		for (const said of ['host-a', 'process 4711', 'works', '12,345', '42 MB', '180 ms', 'host-b', 'silent, last sign of life']) {
			expect(form.text()).toContain(said)
		}
		expect(form.text()).not.toContain('No worker works.')
		server({ 'GET admin/workers': { problem: 'This PHP may start none.', workers: [] } })
		const alone = mount(ScheduleForm)
		await flushPromises()
		expect(alone.text()).toContain('No worker works.')
		expect(alone.text()).toContain('This PHP may start none.')
		expect(alone.text()).toContain('occ exchange:worker')
		expect(alone.find('table').exists()).toBe(false)
	})

	it('tells that Nextcloud itself lets less through, only where it does', () => {
		expect(mount(LogForm).text()).toContain('LINE')
		state.all.surroundings.log = 'debug'
		expect(mount(LogForm).text()).not.toContain('LINE')
	})
})

describe('the overview', () => {
	it('shows how a link fares and when it is tried again', async () => {
		server({ 'GET admin/links': { total: 1, states: STATES, rows: [ROW] } })
		const table = mount(LinkTable)
		await flushPromises()
		for (const said of ['ben@example.org', 'No answer.', 'Failed 4 times in a row', '1,200 in step', '2 set aside', 'Real time', '5,000', '1 to 1 of 1']) {
			expect(table.text()).toContain(said)
		}
		expect(button(table, 'Next page').attributes('disabled')).toBeDefined()
	})

	it('turns pages, and begins anew with another text, which the file follows', async () => {
		vi.useFakeTimers()
		try {
			server({ 'GET admin/links': ({ offset }) => ({ total: 60, states: STATES, rows: Array.from({ length: Math.min(25, 60 - offset) }, (_, link) => ({ ...ROW, link })) }) })
			const table = mount(LinkTable)
			await flushPromises()
			await button(table, 'Next page').trigger('click')
			await flushPromises()
			expect(table.text()).toContain('26 to 50 of 60')
			await table.find('input').setValue('a&b')
			await vi.advanceTimersByTimeAsync(400)
			await flushPromises()
			expect(sent('GET', 'admin/links').at(-1)).toEqual({ search: 'a&b', state: '', offset: 0, limit: 25 })
			expect(table.find('a[href]').attributes('href')).toMatch(/\/admin\/links\.csv\?search=a%26b&state=$/)
		} finally {
			vi.useRealTimers()
		}
	})

	it('is not mixed up by an answer that comes late', async () => {
		const late = []
		call.mockImplementation(() => new Promise((resolve) => late.push(resolve)))
		const table = mount(LinkTable)
		await button(table, 'Refresh').trigger('click')
		late[1]({ total: 1, states: STATES, rows: [{ ...ROW, user: 'later' }] })
		late[0]({ total: 1, states: STATES, rows: [{ ...ROW, user: 'earlier' }] })
		await flushPromises()
		expect(table.text()).toContain('later')
		expect(table.text()).not.toContain('earlier')
	})
})

describe('the extension', () => {
	it('names each PHP with the lines that load it', async () => {
		const place = { name: 'PHP 8.2 (FPM)', php: '8.2.1', sapis: ['fpm-fcgi'], folder: '/etc', loaded: null, library: null, state: 'manual', message: 'Somebody else must.', lines: ['cp a b', 'systemctl restart'] }
		server({ 'GET admin/extension': [place] })
		const list = mount(ExtensionList)
		await flushPromises()
		expect(list.text()).toContain('PHP 8.2 (FPM): Not loaded')
		expect(list.find('.exchange-lines').text()).toBe('cp a b\nsystemctl restart')
	})
})
