// What the page of a Nextcloud server brings along.
window._oc_webroot = ''
window.OC = { webroot: '' }
