/** ODK Web Forms itself, so that a test can see that it shows what the office publishes. */
import { createApp, h } from 'vue'
import { OdkWebForm, webFormsPlugin } from '@getodk/web-forms'

/** Shows a form in the page. `missing` files are blank, as on a phone that has not fetched them. */
export function show(formXml) {
  const place = document.createElement('div')
  document.body.replaceChildren(place)
  const app = createApp({
    render: () =>
      h(OdkWebForm, {
        formXml,
        fetchFormAttachment: async () => new Response('', { status: 404 }),
        missingResourceBehavior: 'BLANK',
      }),
  })
  app.use(webFormsPlugin)
  app.mount(place)
}
