import { matchPath } from 'react-router'
import { siteApi } from '../api'
import type { Store } from '../store'
import { pause } from './pause'

const { getSession, about, listMovies, getMovie, movieHistogram, movieCredits } = siteApi.endpoints

/**
 * firstAnswers asks for what the page at a path shows first, so that it can be drawn
 * whole in the place of what the document showed. Nobody waits for them for long: a
 * page shows by itself what is late.
 */
export async function firstAnswers({ dispatch }: Store, path: string) {
  const options = { subscribe: false }
  const id = matchPath('/movies/:id', path)?.params.id
  const questions: (() => Promise<unknown>)[] = [() => dispatch(getSession.initiate(undefined, options)), () => dispatch(about.initiate(undefined, options))]
  if (id) questions.unshift(() => dispatch(getMovie.initiate({ id }, options)))
  if (id) questions.push(() => dispatch(movieHistogram.initiate({ id }, options)), () => dispatch(movieCredits.initiate({ id }, options)))
  if (path === '/') questions.unshift(() => dispatch(listMovies.initiate({ list: 'trending', limit: 20 }, options)))
  const answers: Promise<unknown>[] = []
  for (const ask of questions) {
    answers.push(ask())
    await pause()
  }
  await Promise.race([Promise.allSettled(answers), pause(2500)])
}
