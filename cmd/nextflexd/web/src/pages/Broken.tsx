import { FormattedMessage } from 'react-intl'
import { State } from '../components/states'

/** Broken takes the place of a page that threw, or whose part of the program could not be loaded. */
export function Broken() {
  return (
    <State
      level="h1"
      role="alert"
      title={<FormattedMessage id="error.title" />}
      action={
        <button type="button" className="button button-contained" onClick={() => window.location.reload()}>
          <FormattedMessage id="error.reload" />
        </button>
      }
    >
      <FormattedMessage id="error.page" />
    </State>
  )
}
