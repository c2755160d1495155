// A real OpenID provider (npm oidc-provider) on the loopback, whose access tokens the stand-in Exchange checks.
//
// Settings come as one line of JSON on standard input: redirect, secret, certificate (PEM), resource, lifetime (seconds of an
// access token). It prints one line of JSON: issuer, control, keys. It stops when standard input ends.
//
//   GET  CONTROL/tokens    how often each grant type got a token, and how often one was refused
//   GET  CONTROL/issued    every token that was issued
//   POST CONTROL/withdraw  the people take their consent back

import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'

// The packages lie outside of the checkout.
const require = createRequire(`${process.env.OIDC_PROVIDER_DIR}/`)
const { Provider } = await import(pathToFileURL(require.resolve('oidc-provider')).href)

const lines = createInterface({ input: process.stdin })
const settings = JSON.parse((await lines[Symbol.asyncIterator]().next()).value)
process.stdin.on('close', () => process.exit(0))
process.stdin.resume()

const listen = (handler) => new Promise((resolve) => {
	const server = createServer(handler)
	server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${server.address().port}`))
})

const counts = {}
const count = (name) => { counts[name] = (counts[name] ?? 0) + 1 }
const grants = new Set()
const issued = []

const key = { ...generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }), kid: 'test', alg: 'RS256', use: 'sig' }
const certificate = createPublicKey(settings.certificate).export({ format: 'jwk' })

const client = (id, more) => ({
	client_id: id,
	redirect_uris: [settings.redirect],
	grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
	response_types: ['code'],
	...more,
})

const configuration = {
	clients: [
		client('by-secret', { client_secret: settings.secret, token_endpoint_auth_method: 'client_secret_post' }),
		client('by-certificate', {
			token_endpoint_auth_method: 'private_key_jwt',
			token_endpoint_auth_signing_alg: 'RS256',
			jwks: { keys: [{ ...certificate, use: 'sig' }] },
		}),
	],
	jwks: { keys: [key] },
	findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
	features: {
		clientCredentials: { enabled: true },
		devInteractions: { enabled: true },
		resourceIndicators: {
			enabled: true,
			defaultResource: () => settings.resource,
			useGrantedResource: () => true,
			getResourceServerInfo: () => ({
				scope: `${settings.resource}/EWS.AccessAsUser.All ${settings.resource}/.default`,
				audience: settings.resource,
				accessTokenFormat: 'jwt',
				accessTokenTTL: settings.lifetime,
				jwt: { sign: { alg: 'RS256' } },
			}),
		},
	},
	extraTokenClaims: (ctx, token) => (token.kind === 'ClientCredentials'
		? { roles: ['full_access_as_app'] }
		: { upn: token.accountId }),
	// A refresh token is good for one use; a second one takes the whole consent away.
	issueRefreshToken: () => true,
	rotateRefreshToken: () => true,
	pkce: { required: () => true },
	cookies: { keys: ['test'] },
	ttl: { AccessToken: settings.lifetime, ClientCredentials: settings.lifetime, Grant: 86400, RefreshToken: 86400, Session: 86400, Interaction: 600, IdToken: 600, AuthorizationCode: 60 },
}

// The issuer is the provider's own address, which is known once it listens.
let handle = (request, response) => response.end()
const issuer = await listen((request, response) => handle(request, response))
const provider = new Provider(issuer, configuration)
provider.on('grant.success', (ctx) => {
	count(ctx.oidc.params.grant_type)
	issued.push(...['access_token', 'refresh_token', 'id_token'].map((name) => ctx.body[name]).filter(Boolean))
	for (const entity of ['AuthorizationCode', 'RefreshToken', 'AccessToken']) {
		const id = ctx.oidc.entities[entity]?.grantId
		if (id) grants.add(id)
	}
})
provider.on('grant.error', (ctx, error) => {
	count('refused')
	console.error(`provider: ${ctx.oidc.params?.grant_type}: ${error.error_description ?? error.message} ${error.error_detail ?? ''}`)
})
provider.on('server_error', (ctx, error) => console.error(error))
handle = provider.callback()

const withdraw = async () => {
	for (const id of grants) {
		await Promise.all([provider.RefreshToken, provider.AccessToken, provider.AuthorizationCode].map((kind) => kind.revokeByGrantId(id)))
		await (await provider.Grant.find(id))?.destroy()
	}
}
const control = await listen(async (request, response) => {
	if (request.method === 'POST' && request.url === '/withdraw') await withdraw()
	response.setHeader('Content-Type', 'application/json')
	response.end(JSON.stringify(request.url === '/issued' ? issued : counts))
})

const keys = await (await fetch(`${issuer}/jwks`)).json()
console.log(JSON.stringify({ issuer, control, keys }))
