import { screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useState } from 'react'
import { expect, it } from 'vitest'
import { draw } from '../testing/draw'
import { StarInput } from './StarInput'

function Held({ seen }: { seen: (stars: number | null) => void }) {
  const [stars, setStars] = useState<number | null>(3)
  return (
    <StarInput
      label="Your rating"
      clearable
      value={stars}
      onChange={(value) => {
        setStars(value)
        seen(value)
      }}
    />
  )
}

it('takes half stars by the arrow keys, and nothing back', async () => {
  const given: (number | null)[] = []
  draw(<Held seen={(stars) => given.push(stars)} />)
  const person = userEvent.setup()
  const three = screen.getByRole<HTMLInputElement>('radio', { name: '3 stars' })
  expect(three.checked).toBe(true)
  three.focus()
  await person.keyboard('{ArrowRight}')
  expect(given).toEqual([3.5])
  await person.click(screen.getByRole('button', { name: 'Take the rating back' }))
  expect(given).toEqual([3.5, null])
  expect(screen.queryByRole('button', { name: 'Take the rating back' })).toBeNull()
})
