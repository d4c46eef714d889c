import account from './account'
import admin from './admin'
import films from './films'
import posts from './posts'
import ratings from './ratings'
import shell from './shell'

export const en = { ...shell, ...films, ...account, ...posts, ...ratings, ...admin }
