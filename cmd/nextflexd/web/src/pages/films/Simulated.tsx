import { FormattedMessage } from 'react-intl'
import { Icon } from '../../components/Icon'
import { info } from '../../components/paths'

/** Simulated marks what rests on the ratings of the demo set, which nobody gave. The foot of the page says more. */
export function Simulated() {
  return (
    <a href="#data" className="chip chip-small">
      <Icon path={info} size={18} />
      <span>
        <FormattedMessage id="simulated.label" />
      </span>
    </a>
  )
}
