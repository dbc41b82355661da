/** What a browser has and Node has not: a database by its own contract, and XML. */
import 'fake-indexeddb/auto'
import { DOMParser, XMLSerializer } from '@xmldom/xmldom'

Object.assign(globalThis, { DOMParser, XMLSerializer })
