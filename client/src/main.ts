import { createApp } from 'vue'
import App from './ui/App.vue'
import { makePhone } from './phone'
import { renew, watchForUpdates } from './ui/update'
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

const OLD =
  '这一页是旧版本的入户，内容都在手机里。请连上网络等一会儿，会自己换成新版本；没有换的话，关掉再打开。' +
  'This page is an older version of Ruhu; everything is on the phone. With a network it changes to the new version by itself; if not, close it and open it again.'
const SHUT =
  '手机存储打不开，请换一个浏览器（不要用无痕窗口）。' +
  'Storage does not open; use another browser, no private window.'

/** Without storage there is no app; say so instead of a white page. */
function failed(error: unknown): void {
  const told = document.createElement('p')
  told.className = 'no-start'
  // A newer version has been here: its database is whole, and no affair of an older page's.
  const isOld = (error as Error | null)?.name === 'VersionError'
  told.textContent = isOld ? OLD : `${SHUT} ${String(error)}`
  if (isOld) renew()
  document.getElementById('app')?.replaceChildren(told)
}

start().catch(failed)
