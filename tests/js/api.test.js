import axios from '@nextcloud/axios'
import { describe, expect, it, vi } from 'vitest'
import { call } from '../../js/src/api.js'

function answer(status, ocs) {
	return Object.assign(new Error('refused'), { response: { status, data: { ocs } } })
}

describe('a call', () => {
	it('resolves to the data of the answer', async () => {
		const request = vi.spyOn(axios, 'request').mockResolvedValue({ data: { ocs: { data: [{ id: 1 }] } } })
		expect(await call('GET', 'accounts', { of: 'me' })).toEqual([{ id: 1 }])
		expect(request.mock.calls[0][0]).toMatchObject({ method: 'GET', params: { of: 'me' } })
		expect(request.mock.calls[0][0].url).toContain('/ocs/v2.php/apps/integration_exchange/api/v1/accounts')
	})

	it('keeps the body out of the address', async () => {
		const request = vi.spyOn(axios, 'request').mockResolvedValue({ data: { ocs: { data: {} } } })
		await call('POST', 'accounts', { password: 'Fixture' })
		expect(request.mock.calls[0][0].data).toEqual({ password: 'Fixture' })
		expect(JSON.stringify([request.mock.calls[0][0].url, request.mock.calls[0][0].params])).not.toContain('Fixture')
	})

	it('rejects with the sentence and the kind of the server', async () => {
		const ocs = { meta: {}, data: { error: 'credentials', message: 'The password is wrong.' } }
		vi.spyOn(axios, 'request').mockRejectedValue(answer(400, ocs))
		await expect(call('GET', 'accounts')).rejects.toMatchObject({ message: 'The password is wrong.', kind: 'credentials', status: 400 })
	})

	it('says so where the session ended, too much was asked, or nobody answers', async () => {
		const request = vi.spyOn(axios, 'request')
		request.mockRejectedValueOnce(answer(412, { meta: { message: 'CSRF check failed' }, data: {} }))
		await expect(call('GET', 'accounts')).rejects.toThrow('Load the page anew')
		request.mockRejectedValueOnce(Object.assign(new Error(), { response: { status: 429, data: '' } }))
		await expect(call('GET', 'accounts')).rejects.toThrow('Wait a few minutes')
		request.mockRejectedValueOnce(new Error('Network Error'))
		await expect(call('GET', 'accounts')).rejects.toThrow('cannot be reached')
	})
})
