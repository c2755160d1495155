import { mountPage } from '../page.js'
import AdminPage from './AdminPage.vue'

mountPage(AdminPage, 'integration_exchange-admin')
