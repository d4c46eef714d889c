import type { RouteObject } from 'react-router'

export const postRoutes: RouteObject[] = []
