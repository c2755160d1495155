import { enableAutoUnmount, mount } from '@vue/test-utils'
import { afterEach, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'

vi.mock('../../js/src/api.js', () => ({ call: vi.fn() }))
enableAutoUnmount(afterEach)

const LINK = {
	id: 7, account: 1, kind: 'event', folder: 'Calendar', collection: 'Work', state: 'active', error: null, message: null, announced: null,
	direction: 'both', direction_reason: null, in_step: 30, set_aside: 0, outside: 0, losses: 0, last_success: null, last_run: null, next_run: null, running: false,
	progress: null,
}
const row = (FolderRow, link) => mount(FolderRow, { props: { account: { id: 1 }, link }, attachTo: document.body })

it('brings the link of a notification into view, and lets go when the person does something', async () => {
	window.location.hash = '#exchange-link-7'
	vi.resetModules()
	const { default: FolderRow } = await import('../../js/src/personal/FolderRow.vue')
	const seen = vi.spyOn(Element.prototype, 'scrollIntoView').mockImplementation(() => {})
	row(FolderRow, { ...LINK, id: 8 })
	expect(seen).not.toHaveBeenCalled()
	const wanted = row(FolderRow, LINK)
	expect(document.activeElement).toBe(wanted.element)
	expect(seen).toHaveBeenCalledTimes(1)
	await wanted.setProps({ link: { ...LINK, in_step: 31 } })
	expect(seen).toHaveBeenCalledTimes(1)

	window.dispatchEvent(new Event('pointerdown'))
	document.activeElement.blur()
	await wanted.setProps({ link: { ...LINK, in_step: 32 } })
	await nextTick()
	expect(document.activeElement).not.toBe(wanted.element)
})
