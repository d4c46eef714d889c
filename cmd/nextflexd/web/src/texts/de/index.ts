import account from './account'
import admin from './admin'
import films from './films'
import posts from './posts'
import ratings from './ratings'
import shell from './shell'
import type { Texts } from '..'

export const de: Texts = { ...shell, ...films, ...account, ...posts, ...ratings, ...admin }
