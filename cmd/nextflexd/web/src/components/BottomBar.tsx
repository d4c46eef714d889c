import { FormattedMessage, useIntl } from 'react-intl'
import { NavLink } from 'react-router'
import { Icon } from './Icon'
import { destinations } from './destinations'
import * as paths from './paths'

const symbols = { '/': paths.home, '/explore': paths.explore, '/top': paths.starBorder, '/like': paths.like, '/for-you': paths.forYou, '/posts': paths.posts }

/** BottomBar is the main navigation where a thumb reaches it. */
export function BottomBar() {
  const { formatMessage } = useIntl()
  return (
    <nav aria-label={formatMessage({ id: 'nav.main' })} className="tabs">
      {destinations.map(({ to, label }) => (
        <NavLink key={to} to={to} end={to === '/'} className="tab">
          <Icon path={symbols[to]} size={20} />
          <span>
            <FormattedMessage id={label} />
          </span>
        </NavLink>
      ))}
    </nav>
  )
}
