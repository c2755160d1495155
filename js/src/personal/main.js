import { mountPage } from '../page.js'
import PersonalPage from './PersonalPage.vue'

mountPage(PersonalPage, 'integration_exchange-personal')
