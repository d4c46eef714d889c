import type en from '../en/films'

const texts: Record<keyof typeof en, string> = {
}
export default texts
