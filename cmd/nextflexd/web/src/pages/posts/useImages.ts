import { useCallback, useEffect, useRef, useState } from 'react'
import { useIntl } from 'react-intl'
import { problemOf, siteApi, useDeleteUploadMutation, type PostImage, type Upload } from '../../api'
import { sendImage } from '../../api/upload'
import { failureText } from '../../components/failureText'
import { useAppDispatch } from '../../store'

/** Picture is an image of a post that is being written. */
export interface Picture {
  /** Tells pictures apart from the moment that they are chosen. */
  key: string
  name: string
  alt: string
  /** What is shown: the file itself at once, and what the server made of it later. */
  preview: string
  /** From 0 to 1 while it is sent. */
  progress: number
  /** What the server has; undefined until it has all. */
  upload?: Upload | PostImage
  /** Why the server refused it. */
  fault?: string
  /** It is part of the post that is changed, and not new. */
  kept: boolean
}

/** The server's bounds (a post's images, and the bytes of each). */
export const mostImages = 20
export const mostBytes = 10 * 1024 * 1024

let chosen = 0

/** useImages uploads images as soon as they are chosen, and asks for what is read out of them. */
export function useImages(existing: readonly PostImage[]) {
  const intl = useIntl()
  const dispatch = useAppDispatch()
  const [deleteUpload] = useDeleteUploadMutation()
  const [pictures, setPictures] = useState<Picture[]>(() =>
    existing.map((image) => ({ key: `kept-${image.id}`, name: image.metadata?.name ?? '', alt: image.alt, preview: image.renditions[0]?.url ?? '', progress: 1, upload: image, kept: true })),
  )
  const running = useRef(new Map<string, AbortController>())
  const urls = useRef(new Set<string>())
  const change = useCallback((key: string, changes: Partial<Picture>) => setPictures((list) => list.map((one) => (one.key === key ? { ...one, ...changes } : one))), [])

  useEffect(() => {
    const [requests, previews] = [running.current, urls.current]
    return () => {
      for (const request of requests.values()) request.abort()
      for (const url of previews) URL.revokeObjectURL(url)
    }
  }, [])

  const send = useCallback(
    async (key: string, file: File) => {
      const request = new AbortController()
      running.current.set(key, request)
      const attempt = () => sendImage(file, (progress) => change(key, { progress }), request.signal)
      let { data, error } = await attempt()
      // The access cookie has run out: any call of the client refreshes the session.
      if (error?.status === 401 && !(await dispatch(siteApi.endpoints.getMe.initiate(undefined, { subscribe: false, forceRefetch: true }))).error) ({ data, error } = await attempt())
      running.current.delete(key)
      if (request.signal.aborted) return
      if (error) {
        change(key, { fault: failureText(intl, problemOf(error)), progress: 0 })
        return
      }
      change(key, { upload: data, progress: 1 })
      // The renditions are made beside; what is read out of the file comes with them.
      for (let state: Upload | undefined = data; state?.state === 'pending'; ) {
        await new Promise((resolve) => setTimeout(resolve, 600))
        if (request.signal.aborted) return
        const answer = await dispatch(siteApi.endpoints.getUpload.initiate({ upload: state.id }, { subscribe: false, forceRefetch: true }))
        if (!answer.data) return
        state = answer.data
        change(key, { upload: state })
      }
    },
    [change, dispatch, intl],
  )

  const add = useCallback(
    (files: readonly File[]) => {
      const room = mostImages - pictures.length
      const fresh = files.slice(0, Math.max(0, room)).map((file) => {
        const preview = URL.createObjectURL(file)
        urls.current.add(preview)
        return { file, picture: { key: `new-${++chosen}`, name: file.name, alt: '', preview, progress: 0, kept: false } satisfies Picture }
      })
      setPictures((list) => [...list, ...fresh.map((one) => one.picture)])
      for (const { file, picture } of fresh) {
        if (file.size > mostBytes) change(picture.key, { fault: intl.formatMessage({ id: 'image.tooLarge' }, { most: mostBytes / 1024 / 1024 }) })
        else void send(picture.key, file)
      }
    },
    [pictures.length, send, change, intl],
  )

  const remove = useCallback(
    (key: string) => {
      running.current.get(key)?.abort()
      const gone = pictures.find((one) => one.key === key)
      // An image of the post goes when the post is saved without it, and not before.
      if (gone?.upload && !gone.kept) void deleteUpload({ upload: gone.upload.id })
      setPictures((list) => list.filter((one) => one.key !== key))
    },
    [pictures, deleteUpload],
  )

  const move = useCallback((key: string, step: 1 | -1) => {
    setPictures((list) => {
      const at = list.findIndex((one) => one.key === key)
      const to = at + step
      if (at < 0 || to < 0 || to >= list.length) return list
      const moved = [...list]
      const [one] = moved.splice(at, 1)
      moved.splice(to, 0, one!)
      return moved
    })
  }, [])

  /** discard deletes what was uploaded for a post that isn't written after all. */
  const discard = useCallback(() => {
    for (const picture of pictures) if (!picture.kept) remove(picture.key)
  }, [pictures, remove])

  return { pictures, add, remove, move, change, discard, busy: pictures.some((one) => !one.upload && !one.fault) }
}
