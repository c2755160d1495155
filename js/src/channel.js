/** Where the window in which a person signs in tells the page how it ended: `{connected: boolean, message: string}`. */
export const CHANNEL = 'integration_exchange.sign-in'
