import { createApp } from 'vue'
import App from './ui/App.vue'
import { makePhone } from './phone'
import { watchForUpdates } from './ui/update'
import { begin } from './ui/store'
import './ui/styles/base.css'
import './ui/styles/parts.css'
import './ui/styles/screens.css'
import './ui/styles/form.css'

async function start(): Promise<void> {
  begin(await makePhone())
  createApp(App).mount('#app')
  watchForUpdates()
}

/** Without storage there is no app; say so instead of a white page. */
function failed(error: unknown): void {
  const told = document.createElement('p')
  told.className = 'no-start'
  told.textContent = `手机存储打不开，请换一个浏览器（不要用无痕窗口）。Storage does not open; use another browser, no private window. ${String(error)}`
  document.getElementById('app')?.replaceChildren(told)
}

start().catch(failed)
