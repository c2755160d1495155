/**
 * Where a notification leads to: the element whose id stands in the address comes into view as soon as it is there, and has the
 * focus. Once the person does something, they are where they want to be.
 */
let wanted = decodeURIComponent(window.location.hash.slice(1))

for (const event of ['pointerdown', 'keydown', 'wheel']) {
	window.addEventListener(event, () => { wanted = '' }, { capture: true, once: true })
}

function arrive(element) {
	if (wanted !== '' && element.id === wanted && document.activeElement !== element) {
		element.scrollIntoView({ block: 'center' })
		element.focus({ preventScroll: true })
	}
}

/** Directive of an element with an id and `tabindex="-1"`. */
export const vPlace = { mounted: arrive, updated: arrive }
