import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { connect } from './ipc'
import { i18n } from './locales'
import './styles/fonts.css'
import './styles/tokens.css'
import './styles/base.css'

await connect()
createApp(App).use(createPinia()).use(i18n).mount('#app')
