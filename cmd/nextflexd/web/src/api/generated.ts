import { baseApi as api } from "./base";
export const addTagTypes = [
  "operations",
  "admin",
  "movies",
  "imports",
  "me",
  "uploads",
  "posts",
  "recommendations",
  "sessions",
  "accounts",
] as const;
const injectedRtkApi = api
  .enhanceEndpoints({
    addTagTypes,
  })
  .injectEndpoints({
    endpoints: (build) => ({
      about: build.query<AboutApiResponse, AboutApiArg>({
        query: () => ({ url: `/api/v1/about` }),
        providesTags: ["operations"],
      }),
      readAuditLog: build.query<ReadAuditLogApiResponse, ReadAuditLogApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/admin/audit`,
          params: {
            before: queryArg.before,
            actor: queryArg.actor,
            action: queryArg.action,
            target: queryArg.target,
            limit: queryArg.limit,
          },
        }),
        providesTags: ["admin"],
      }),
      listBackups: build.query<ListBackupsApiResponse, ListBackupsApiArg>({
        query: () => ({ url: `/api/v1/admin/backups` }),
        providesTags: ["admin"],
      }),
      makeBackup: build.mutation<MakeBackupApiResponse, MakeBackupApiArg>({
        query: () => ({ url: `/api/v1/admin/backups`, method: "POST" }),
        invalidatesTags: ["admin"],
      }),
      deleteBackup: build.mutation<DeleteBackupApiResponse, DeleteBackupApiArg>(
        {
          query: (queryArg) => ({
            url: `/api/v1/admin/backups/${encodeURIComponent(String(queryArg.name))}`,
            method: "DELETE",
          }),
          invalidatesTags: ["admin"],
        },
      ),
      getBackup: build.query<GetBackupApiResponse, GetBackupApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/admin/backups/${encodeURIComponent(String(queryArg.name))}`,
        }),
        providesTags: ["admin"],
      }),
      dashboard: build.query<DashboardApiResponse, DashboardApiArg>({
        query: () => ({ url: `/api/v1/admin/dashboard` }),
        providesTags: ["admin"],
      }),
      dashboardSeries: build.query<
        DashboardSeriesApiResponse,
        DashboardSeriesApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/admin/dashboard/${encodeURIComponent(String(queryArg.series))}`,
          params: {
            by: queryArg.by,
            days: queryArg.days,
          },
        }),
        providesTags: ["admin"],
      }),
      listJobs: build.query<ListJobsApiResponse, ListJobsApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/admin/jobs`,
          params: {
            before: queryArg.before,
            state: queryArg.state,
            kind: queryArg.kind,
            limit: queryArg.limit,
          },
        }),
        providesTags: ["admin"],
      }),
      startJob: build.mutation<StartJobApiResponse, StartJobApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/admin/jobs`,
          method: "POST",
          body: queryArg.startJobInputBody,
        }),
        invalidatesTags: ["admin"],
      }),
      cancelJob: build.mutation<CancelJobApiResponse, CancelJobApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/admin/jobs/${encodeURIComponent(String(queryArg.id))}`,
          method: "DELETE",
        }),
        invalidatesTags: ["admin"],
      }),
      getJob: build.query<GetJobApiResponse, GetJobApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/admin/jobs/${encodeURIComponent(String(queryArg.id))}`,
        }),
        providesTags: ["admin"],
      }),
      retryJob: build.mutation<RetryJobApiResponse, RetryJobApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/admin/jobs/${encodeURIComponent(String(queryArg.id))}/retry`,
          method: "POST",
        }),
        invalidatesTags: ["admin"],
      }),
      listModels: build.query<ListModelsApiResponse, ListModelsApiArg>({
        query: () => ({ url: `/api/v1/admin/models` }),
        providesTags: ["admin"],
      }),
      trainModel: build.mutation<TrainModelApiResponse, TrainModelApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/admin/models`,
          method: "POST",
          body: queryArg.trainInputBody,
        }),
        invalidatesTags: ["admin"],
      }),
      rollBackModel: build.mutation<
        RollBackModelApiResponse,
        RollBackModelApiArg
      >({
        query: () => ({ url: `/api/v1/admin/models/rollback`, method: "POST" }),
        invalidatesTags: ["admin"],
      }),
      deleteModel: build.mutation<DeleteModelApiResponse, DeleteModelApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/admin/models/${encodeURIComponent(String(queryArg.id))}`,
          method: "DELETE",
        }),
        invalidatesTags: ["admin"],
      }),
      activateModel: build.mutation<
        ActivateModelApiResponse,
        ActivateModelApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/admin/models/${encodeURIComponent(String(queryArg.id))}/activate`,
          method: "POST",
        }),
        invalidatesTags: ["admin"],
      }),
      listTables: build.query<ListTablesApiResponse, ListTablesApiArg>({
        query: () => ({ url: `/api/v1/admin/tables` }),
        providesTags: ["admin"],
      }),
      readTable: build.query<ReadTableApiResponse, ReadTableApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/admin/tables/${encodeURIComponent(String(queryArg.name))}`,
          params: {
            filter: queryArg.filter,
            q: queryArg.q,
            sort: queryArg.sort,
            offset: queryArg.offset,
            limit: queryArg.limit,
          },
        }),
        providesTags: ["admin"],
      }),
      exportTable: build.query<ExportTableApiResponse, ExportTableApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/admin/tables/${encodeURIComponent(String(queryArg.name))}/csv`,
          params: {
            filter: queryArg.filter,
            q: queryArg.q,
            sort: queryArg.sort,
          },
        }),
        providesTags: ["admin"],
      }),
      findUsers: build.query<FindUsersApiResponse, FindUsersApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/admin/users`,
          params: {
            q: queryArg.q,
            role: queryArg.role,
            after: queryArg.after,
            limit: queryArg.limit,
          },
        }),
        providesTags: ["admin"],
      }),
      deleteUser: build.mutation<DeleteUserApiResponse, DeleteUserApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/admin/users/${encodeURIComponent(String(queryArg.id))}`,
          method: "DELETE",
        }),
        invalidatesTags: ["admin"],
      }),
      getUser: build.query<GetUserApiResponse, GetUserApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/admin/users/${encodeURIComponent(String(queryArg.id))}`,
        }),
        providesTags: ["admin"],
      }),
      changeUser: build.mutation<ChangeUserApiResponse, ChangeUserApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/admin/users/${encodeURIComponent(String(queryArg.id))}`,
          method: "PATCH",
          body: queryArg.changeUserInputBody,
        }),
        invalidatesTags: ["admin"],
      }),
      endUserSessions: build.mutation<
        EndUserSessionsApiResponse,
        EndUserSessionsApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/admin/users/${encodeURIComponent(String(queryArg.id))}/sessions`,
          method: "DELETE",
        }),
        invalidatesTags: ["admin"],
      }),
      listGenres: build.query<ListGenresApiResponse, ListGenresApiArg>({
        query: () => ({ url: `/api/v1/genres` }),
        providesTags: ["movies"],
      }),
      listImports: build.query<ListImportsApiResponse, ListImportsApiArg>({
        query: () => ({ url: `/api/v1/imports` }),
        providesTags: ["imports"],
      }),
      uploadImport: build.mutation<UploadImportApiResponse, UploadImportApiArg>(
        {
          query: (queryArg) => ({
            url: `/api/v1/imports`,
            method: "POST",
            body: queryArg.body,
            headers: {
              "Content-Type": queryArg["Content-Type"],
            },
          }),
          invalidatesTags: ["imports"],
        },
      ),
      deleteImport: build.mutation<DeleteImportApiResponse, DeleteImportApiArg>(
        {
          query: (queryArg) => ({
            url: `/api/v1/imports/${encodeURIComponent(String(queryArg["import"]))}`,
            method: "DELETE",
          }),
          invalidatesTags: ["imports"],
        },
      ),
      getImport: build.query<GetImportApiResponse, GetImportApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/imports/${encodeURIComponent(String(queryArg["import"]))}`,
        }),
        providesTags: ["imports"],
      }),
      decideImport: build.mutation<DecideImportApiResponse, DecideImportApiArg>(
        {
          query: (queryArg) => ({
            url: `/api/v1/imports/${encodeURIComponent(String(queryArg["import"]))}`,
            method: "PATCH",
            body: queryArg.decideInputBody,
          }),
          invalidatesTags: ["imports"],
        },
      ),
      applyImport: build.mutation<ApplyImportApiResponse, ApplyImportApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/imports/${encodeURIComponent(String(queryArg["import"]))}/apply`,
          method: "POST",
          body: queryArg.applyInputBody,
        }),
        invalidatesTags: ["imports"],
      }),
      listImportRows: build.query<
        ListImportRowsApiResponse,
        ListImportRowsApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/imports/${encodeURIComponent(String(queryArg["import"]))}/rows`,
          params: {
            status: queryArg.status,
            limit: queryArg.limit,
            cursor: queryArg.cursor,
          },
        }),
        providesTags: ["imports"],
      }),
      listLanguages: build.query<ListLanguagesApiResponse, ListLanguagesApiArg>(
        {
          query: () => ({ url: `/api/v1/languages` }),
          providesTags: ["movies"],
        },
      ),
      deleteMe: build.mutation<DeleteMeApiResponse, DeleteMeApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/me`,
          method: "DELETE",
          body: queryArg.currentPassword,
        }),
        invalidatesTags: ["me"],
      }),
      getMe: build.query<GetMeApiResponse, GetMeApiArg>({
        query: () => ({ url: `/api/v1/me` }),
        providesTags: ["me"],
      }),
      changeMe: build.mutation<ChangeMeApiResponse, ChangeMeApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/me`,
          method: "PATCH",
          body: queryArg.changeMeInputBody,
          headers: {
            "If-Match": queryArg["If-Match"],
          },
        }),
        invalidatesTags: ["me"],
      }),
      exportMe: build.query<ExportMeApiResponse, ExportMeApiArg>({
        query: () => ({ url: `/api/v1/me/export` }),
        providesTags: ["me"],
      }),
      listMyHidden: build.query<ListMyHiddenApiResponse, ListMyHiddenApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/me/hidden`,
          params: {
            limit: queryArg.limit,
            cursor: queryArg.cursor,
          },
        }),
        providesTags: ["me"],
      }),
      removeFromMyHidden: build.mutation<
        RemoveFromMyHiddenApiResponse,
        RemoveFromMyHiddenApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/me/hidden/${encodeURIComponent(String(queryArg.id))}`,
          method: "DELETE",
        }),
        invalidatesTags: ["me"],
      }),
      addToMyHidden: build.mutation<
        AddToMyHiddenApiResponse,
        AddToMyHiddenApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/me/hidden/${encodeURIComponent(String(queryArg.id))}`,
          method: "PUT",
        }),
        invalidatesTags: ["me"],
      }),
      listMyRatings: build.query<ListMyRatingsApiResponse, ListMyRatingsApiArg>(
        {
          query: (queryArg) => ({
            url: `/api/v1/me/ratings`,
            params: {
              sort: queryArg.sort,
              min_rating: queryArg.minRating,
              max_rating: queryArg.maxRating,
              limit: queryArg.limit,
              cursor: queryArg.cursor,
              genre: queryArg.genre,
              year: queryArg.year,
              year_from: queryArg.yearFrom,
              year_to: queryArg.yearTo,
              language: queryArg.language,
            },
          }),
          providesTags: ["me"],
        },
      ),
      exportMyRatings: build.query<
        ExportMyRatingsApiResponse,
        ExportMyRatingsApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/me/ratings/export`,
          params: {
            format: queryArg.format,
          },
        }),
        providesTags: ["me"],
      }),
      histogramOfMyRatings: build.query<
        HistogramOfMyRatingsApiResponse,
        HistogramOfMyRatingsApiArg
      >({
        query: () => ({ url: `/api/v1/me/ratings/histogram` }),
        providesTags: ["me"],
      }),
      myStats: build.query<MyStatsApiResponse, MyStatsApiArg>({
        query: () => ({ url: `/api/v1/me/stats` }),
        providesTags: ["me"],
      }),
      disableSecondFactor: build.mutation<
        DisableSecondFactorApiResponse,
        DisableSecondFactorApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/me/totp`,
          method: "DELETE",
          body: queryArg.passwordAndCodeInputBody,
        }),
        invalidatesTags: ["me"],
      }),
      getSecondFactor: build.query<
        GetSecondFactorApiResponse,
        GetSecondFactorApiArg
      >({
        query: () => ({ url: `/api/v1/me/totp` }),
        providesTags: ["me"],
      }),
      beginSecondFactor: build.mutation<
        BeginSecondFactorApiResponse,
        BeginSecondFactorApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/me/totp`,
          method: "POST",
          body: queryArg.currentPassword,
        }),
        invalidatesTags: ["me"],
      }),
      confirmSecondFactor: build.mutation<
        ConfirmSecondFactorApiResponse,
        ConfirmSecondFactorApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/me/totp/confirm`,
          method: "POST",
          body: queryArg.confirmTotpInputBody,
        }),
        invalidatesTags: ["me"],
      }),
      renewRecoveryCodes: build.mutation<
        RenewRecoveryCodesApiResponse,
        RenewRecoveryCodesApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/me/totp/recovery-codes`,
          method: "POST",
          body: queryArg.passwordAndCodeInputBody,
        }),
        invalidatesTags: ["me"],
      }),
      listMyWatchlist: build.query<
        ListMyWatchlistApiResponse,
        ListMyWatchlistApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/me/watchlist`,
          params: {
            limit: queryArg.limit,
            cursor: queryArg.cursor,
          },
        }),
        providesTags: ["me"],
      }),
      removeFromMyWatchlist: build.mutation<
        RemoveFromMyWatchlistApiResponse,
        RemoveFromMyWatchlistApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/me/watchlist/${encodeURIComponent(String(queryArg.id))}`,
          method: "DELETE",
        }),
        invalidatesTags: ["me"],
      }),
      addToMyWatchlist: build.mutation<
        AddToMyWatchlistApiResponse,
        AddToMyWatchlistApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/me/watchlist/${encodeURIComponent(String(queryArg.id))}`,
          method: "PUT",
        }),
        invalidatesTags: ["me"],
      }),
      getMedia: build.query<GetMediaApiResponse, GetMediaApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/media/${encodeURIComponent(String(queryArg.key))}`,
          params: {
            size: queryArg.size,
          },
        }),
        providesTags: ["uploads"],
      }),
      listMovies: build.query<ListMoviesApiResponse, ListMoviesApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/movies`,
          params: {
            list: queryArg.list,
            sort: queryArg.sort,
            limit: queryArg.limit,
            cursor: queryArg.cursor,
            genre: queryArg.genre,
            year: queryArg.year,
            year_from: queryArg.yearFrom,
            year_to: queryArg.yearTo,
            language: queryArg.language,
            min_rating: queryArg.minRating,
          },
        }),
        providesTags: ["movies"],
      }),
      searchMovies: build.query<SearchMoviesApiResponse, SearchMoviesApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/movies/search`,
          params: {
            q: queryArg.q,
            limit: queryArg.limit,
            cursor: queryArg.cursor,
          },
        }),
        providesTags: ["movies"],
      }),
      suggestMovies: build.query<SuggestMoviesApiResponse, SuggestMoviesApiArg>(
        {
          query: (queryArg) => ({
            url: `/api/v1/movies/suggest`,
            params: {
              q: queryArg.q,
              limit: queryArg.limit,
            },
          }),
          providesTags: ["movies"],
        },
      ),
      getMovie: build.query<GetMovieApiResponse, GetMovieApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/movies/${encodeURIComponent(String(queryArg.id))}`,
        }),
        providesTags: ["movies"],
      }),
      movieCredits: build.query<MovieCreditsApiResponse, MovieCreditsApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/movies/${encodeURIComponent(String(queryArg.id))}/credits`,
        }),
        providesTags: ["movies"],
      }),
      movieHistogram: build.query<
        MovieHistogramApiResponse,
        MovieHistogramApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/movies/${encodeURIComponent(String(queryArg.id))}/histogram`,
        }),
        providesTags: ["movies"],
      }),
      getMyMovie: build.query<GetMyMovieApiResponse, GetMyMovieApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/movies/${encodeURIComponent(String(queryArg.id))}/me`,
        }),
        providesTags: ["movies"],
      }),
      moviePoster: build.query<MoviePosterApiResponse, MoviePosterApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/movies/${encodeURIComponent(String(queryArg.id))}/poster`,
          headers: {
            "If-None-Match": queryArg["If-None-Match"],
          },
          params: {
            size: queryArg.size,
          },
        }),
        providesTags: ["movies"],
      }),
      predictMyRating: build.query<
        PredictMyRatingApiResponse,
        PredictMyRatingApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/movies/${encodeURIComponent(String(queryArg.id))}/prediction`,
        }),
        providesTags: ["movies"],
      }),
      unrateMovie: build.mutation<UnrateMovieApiResponse, UnrateMovieApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/movies/${encodeURIComponent(String(queryArg.id))}/rating`,
          method: "DELETE",
          headers: {
            "If-Match": queryArg["If-Match"],
          },
        }),
        invalidatesTags: ["movies"],
      }),
      getMyRating: build.query<GetMyRatingApiResponse, GetMyRatingApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/movies/${encodeURIComponent(String(queryArg.id))}/rating`,
        }),
        providesTags: ["movies"],
      }),
      rateMovie: build.mutation<RateMovieApiResponse, RateMovieApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/movies/${encodeURIComponent(String(queryArg.id))}/rating`,
          method: "PUT",
          body: queryArg.ratingBody,
          headers: {
            "If-Match": queryArg["If-Match"],
            "If-None-Match": queryArg["If-None-Match"],
          },
        }),
        invalidatesTags: ["movies"],
      }),
      similarToMovie: build.query<
        SimilarToMovieApiResponse,
        SimilarToMovieApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/movies/${encodeURIComponent(String(queryArg.id))}/similar`,
          params: {
            k: queryArg.k,
            explain: queryArg.explain,
            diversity: queryArg.diversity,
            genre: queryArg.genre,
            year: queryArg.year,
            year_from: queryArg.yearFrom,
            year_to: queryArg.yearTo,
            language: queryArg.language,
          },
        }),
        providesTags: ["movies"],
      }),
      listPosts: build.query<ListPostsApiResponse, ListPostsApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/posts`,
          params: {
            movie_id: queryArg.movieId,
            user: queryArg.user,
            limit: queryArg.limit,
            cursor: queryArg.cursor,
          },
        }),
        providesTags: ["posts"],
      }),
      createPost: build.mutation<CreatePostApiResponse, CreatePostApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/posts`,
          method: "POST",
          body: queryArg.postBody,
        }),
        invalidatesTags: ["posts"],
      }),
      deletePost: build.mutation<DeletePostApiResponse, DeletePostApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/posts/${encodeURIComponent(String(queryArg.post))}`,
          method: "DELETE",
          headers: {
            "If-Match": queryArg["If-Match"],
          },
        }),
        invalidatesTags: ["posts"],
      }),
      getPost: build.query<GetPostApiResponse, GetPostApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/posts/${encodeURIComponent(String(queryArg.post))}`,
        }),
        providesTags: ["posts"],
      }),
      editPost: build.mutation<EditPostApiResponse, EditPostApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/posts/${encodeURIComponent(String(queryArg.post))}`,
          method: "PUT",
          body: queryArg.postBody,
          headers: {
            "If-Match": queryArg["If-Match"],
          },
        }),
        invalidatesTags: ["posts"],
      }),
      showPost: build.mutation<ShowPostApiResponse, ShowPostApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/posts/${encodeURIComponent(String(queryArg.post))}/hidden`,
          method: "DELETE",
        }),
        invalidatesTags: ["posts"],
      }),
      hidePost: build.mutation<HidePostApiResponse, HidePostApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/posts/${encodeURIComponent(String(queryArg.post))}/hidden`,
          method: "PUT",
          body: queryArg.hidePostInputBody,
        }),
        invalidatesTags: ["posts"],
      }),
      recommendForMe: build.query<
        RecommendForMeApiResponse,
        RecommendForMeApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/recommendations/me`,
          params: {
            k: queryArg.k,
            diversity: queryArg.diversity,
            blend: queryArg.blend,
            explain: queryArg.explain,
            genre: queryArg.genre,
            year: queryArg.year,
            year_from: queryArg.yearFrom,
            year_to: queryArg.yearTo,
            language: queryArg.language,
            watchlist: queryArg.watchlist,
          },
        }),
        providesTags: ["recommendations"],
      }),
      whyForMe: build.query<WhyForMeApiResponse, WhyForMeApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/recommendations/me/${encodeURIComponent(String(queryArg.id))}/why`,
        }),
        providesTags: ["recommendations"],
      }),
      recommendSession: build.query<
        RecommendSessionApiResponse,
        RecommendSessionApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/recommendations/session`,
          method: "POST",
          body: queryArg.sessionInputBody,
        }),
        providesTags: ["recommendations"],
      }),
      recommendSimilar: build.query<
        RecommendSimilarApiResponse,
        RecommendSimilarApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/recommendations/similar`,
          params: {
            title: queryArg.title,
            movie_id: queryArg.movieId,
            k: queryArg.k,
            explain: queryArg.explain,
            diversity: queryArg.diversity,
            genre: queryArg.genre,
            year: queryArg.year,
            year_from: queryArg.yearFrom,
            year_to: queryArg.yearTo,
            language: queryArg.language,
          },
        }),
        providesTags: ["recommendations"],
      }),
      recommendTop: build.query<RecommendTopApiResponse, RecommendTopApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/recommendations/top`,
          params: {
            k: queryArg.k,
            genre: queryArg.genre,
            year: queryArg.year,
            year_from: queryArg.yearFrom,
            year_to: queryArg.yearTo,
            language: queryArg.language,
          },
        }),
        providesTags: ["recommendations"],
      }),
      logOut: build.mutation<LogOutApiResponse, LogOutApiArg>({
        query: () => ({ url: `/api/v1/session`, method: "DELETE" }),
        invalidatesTags: ["sessions"],
      }),
      getSession: build.query<GetSessionApiResponse, GetSessionApiArg>({
        query: () => ({ url: `/api/v1/session` }),
        providesTags: ["sessions"],
      }),
      logIn: build.mutation<LogInApiResponse, LogInApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/session`,
          method: "POST",
          body: queryArg.logInInputBody,
        }),
        invalidatesTags: ["sessions"],
      }),
      refreshSession: build.mutation<
        RefreshSessionApiResponse,
        RefreshSessionApiArg
      >({
        query: () => ({ url: `/api/v1/session/refresh`, method: "POST" }),
        invalidatesTags: ["sessions"],
      }),
      endOtherSessions: build.mutation<
        EndOtherSessionsApiResponse,
        EndOtherSessionsApiArg
      >({
        query: () => ({ url: `/api/v1/sessions`, method: "DELETE" }),
        invalidatesTags: ["sessions"],
      }),
      listSessions: build.query<ListSessionsApiResponse, ListSessionsApiArg>({
        query: () => ({ url: `/api/v1/sessions` }),
        providesTags: ["sessions"],
      }),
      endSession: build.mutation<EndSessionApiResponse, EndSessionApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/sessions/${encodeURIComponent(String(queryArg.id))}`,
          method: "DELETE",
        }),
        invalidatesTags: ["sessions"],
      }),
      setUp: build.mutation<SetUpApiResponse, SetUpApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/setup`,
          method: "POST",
          body: queryArg.setUpInputBody,
        }),
        invalidatesTags: ["accounts"],
      }),
      getTmdbMovie: build.query<GetTmdbMovieApiResponse, GetTmdbMovieApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/tmdb/movies/${encodeURIComponent(String(queryArg.tmdbId))}`,
        }),
        providesTags: ["movies"],
      }),
      tmdbMoviePoster: build.query<
        TmdbMoviePosterApiResponse,
        TmdbMoviePosterApiArg
      >({
        query: (queryArg) => ({
          url: `/api/v1/tmdb/movies/${encodeURIComponent(String(queryArg.tmdbId))}/poster`,
          headers: {
            "If-None-Match": queryArg["If-None-Match"],
          },
          params: {
            size: queryArg.size,
          },
        }),
        providesTags: ["movies"],
      }),
      listUploads: build.query<ListUploadsApiResponse, ListUploadsApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/uploads`,
          params: {
            limit: queryArg.limit,
            cursor: queryArg.cursor,
          },
        }),
        providesTags: ["uploads"],
      }),
      createUpload: build.mutation<CreateUploadApiResponse, CreateUploadApiArg>(
        {
          query: (queryArg) => ({
            url: `/api/v1/uploads`,
            method: "POST",
            body: queryArg.body,
            headers: {
              "Content-Type": queryArg["Content-Type"],
            },
            params: {
              name: queryArg.name,
              alt: queryArg.alt,
            },
          }),
          invalidatesTags: ["uploads"],
        },
      ),
      deleteUpload: build.mutation<DeleteUploadApiResponse, DeleteUploadApiArg>(
        {
          query: (queryArg) => ({
            url: `/api/v1/uploads/${encodeURIComponent(String(queryArg.upload))}`,
            method: "DELETE",
          }),
          invalidatesTags: ["uploads"],
        },
      ),
      getUpload: build.query<GetUploadApiResponse, GetUploadApiArg>({
        query: (queryArg) => ({
          url: `/api/v1/uploads/${encodeURIComponent(String(queryArg.upload))}`,
        }),
        providesTags: ["uploads"],
      }),
      createTokens: build.mutation<CreateTokensApiResponse, CreateTokensApiArg>(
        {
          query: (queryArg) => ({
            url: `/auth/jwt/create`,
            method: "POST",
            body: queryArg.credentials,
          }),
          invalidatesTags: ["accounts"],
        },
      ),
      refreshToken: build.mutation<RefreshTokenApiResponse, RefreshTokenApiArg>(
        {
          query: (queryArg) => ({
            url: `/auth/jwt/refresh`,
            method: "POST",
            body: queryArg.refreshInputBody,
          }),
          invalidatesTags: ["accounts"],
        },
      ),
      verifyToken: build.mutation<VerifyTokenApiResponse, VerifyTokenApiArg>({
        query: (queryArg) => ({
          url: `/auth/jwt/verify`,
          method: "POST",
          body: queryArg.verifyInputBody,
        }),
        invalidatesTags: ["accounts"],
      }),
      listAccounts: build.query<ListAccountsApiResponse, ListAccountsApiArg>({
        query: (queryArg) => ({
          url: `/auth/users`,
          params: {
            after: queryArg.after,
            limit: queryArg.limit,
          },
        }),
        providesTags: ["accounts"],
      }),
      register: build.mutation<RegisterApiResponse, RegisterApiArg>({
        query: (queryArg) => ({
          url: `/auth/users`,
          method: "POST",
          body: queryArg.registration,
        }),
        invalidatesTags: ["accounts"],
      }),
      activate: build.mutation<ActivateApiResponse, ActivateApiArg>({
        query: (queryArg) => ({
          url: `/auth/users/activation`,
          method: "POST",
          body: queryArg.activateInputBody,
        }),
        invalidatesTags: ["accounts"],
      }),
      deleteOwnAccount: build.mutation<
        DeleteOwnAccountApiResponse,
        DeleteOwnAccountApiArg
      >({
        query: (queryArg) => ({
          url: `/auth/users/me`,
          method: "DELETE",
          body: queryArg.deletion,
        }),
        invalidatesTags: ["accounts"],
      }),
      getOwnAccount: build.query<GetOwnAccountApiResponse, GetOwnAccountApiArg>(
        {
          query: () => ({ url: `/auth/users/me` }),
          providesTags: ["accounts"],
        },
      ),
      patchOwnAccount: build.mutation<
        PatchOwnAccountApiResponse,
        PatchOwnAccountApiArg
      >({
        query: (queryArg) => ({
          url: `/auth/users/me`,
          method: "PATCH",
          body: queryArg.names,
        }),
        invalidatesTags: ["accounts"],
      }),
      putOwnAccount: build.mutation<
        PutOwnAccountApiResponse,
        PutOwnAccountApiArg
      >({
        query: (queryArg) => ({
          url: `/auth/users/me`,
          method: "PUT",
          body: queryArg.names,
        }),
        invalidatesTags: ["accounts"],
      }),
      resendActivation: build.mutation<
        ResendActivationApiResponse,
        ResendActivationApiArg
      >({
        query: (queryArg) => ({
          url: `/auth/users/resend_activation`,
          method: "POST",
          body: queryArg.emailInputBody,
        }),
        invalidatesTags: ["accounts"],
      }),
      resetEmail: build.mutation<ResetEmailApiResponse, ResetEmailApiArg>({
        query: (queryArg) => ({
          url: `/auth/users/reset_email`,
          method: "POST",
          body: queryArg.emailInputBody,
        }),
        invalidatesTags: ["accounts"],
      }),
      resetEmailConfirm: build.mutation<
        ResetEmailConfirmApiResponse,
        ResetEmailConfirmApiArg
      >({
        query: (queryArg) => ({
          url: `/auth/users/reset_email_confirm`,
          method: "POST",
          body: queryArg.confirmEmailInputBody,
        }),
        invalidatesTags: ["accounts"],
      }),
      resetPassword: build.mutation<
        ResetPasswordApiResponse,
        ResetPasswordApiArg
      >({
        query: (queryArg) => ({
          url: `/auth/users/reset_password`,
          method: "POST",
          body: queryArg.emailInputBody,
        }),
        invalidatesTags: ["accounts"],
      }),
      resetPasswordConfirm: build.mutation<
        ResetPasswordConfirmApiResponse,
        ResetPasswordConfirmApiArg
      >({
        query: (queryArg) => ({
          url: `/auth/users/reset_password_confirm`,
          method: "POST",
          body: queryArg.passwordResetInputBody,
        }),
        invalidatesTags: ["accounts"],
      }),
      setEmail: build.mutation<SetEmailApiResponse, SetEmailApiArg>({
        query: (queryArg) => ({
          url: `/auth/users/set_email`,
          method: "POST",
          body: queryArg.setEmailInputBody,
        }),
        invalidatesTags: ["accounts"],
      }),
      setPassword: build.mutation<SetPasswordApiResponse, SetPasswordApiArg>({
        query: (queryArg) => ({
          url: `/auth/users/set_password`,
          method: "POST",
          body: queryArg.setPasswordInputBody,
        }),
        invalidatesTags: ["accounts"],
      }),
      deleteAccount: build.mutation<
        DeleteAccountApiResponse,
        DeleteAccountApiArg
      >({
        query: (queryArg) => ({
          url: `/auth/users/${encodeURIComponent(String(queryArg.id))}`,
          method: "DELETE",
          body: queryArg.deletion,
        }),
        invalidatesTags: ["accounts"],
      }),
      getAccount: build.query<GetAccountApiResponse, GetAccountApiArg>({
        query: (queryArg) => ({
          url: `/auth/users/${encodeURIComponent(String(queryArg.id))}`,
        }),
        providesTags: ["accounts"],
      }),
      patchAccount: build.mutation<PatchAccountApiResponse, PatchAccountApiArg>(
        {
          query: (queryArg) => ({
            url: `/auth/users/${encodeURIComponent(String(queryArg.id))}`,
            method: "PATCH",
            body: queryArg.names,
          }),
          invalidatesTags: ["accounts"],
        },
      ),
      putAccount: build.mutation<PutAccountApiResponse, PutAccountApiArg>({
        query: (queryArg) => ({
          url: `/auth/users/${encodeURIComponent(String(queryArg.id))}`,
          method: "PUT",
          body: queryArg.names,
        }),
        invalidatesTags: ["accounts"],
      }),
    }),
    overrideExisting: false,
  });
export { injectedRtkApi as siteApi };
export type AboutApiResponse = /** status 200 OK */ About;
export type AboutApiArg = void;
export type ReadAuditLogApiResponse = /** status 200 OK */ AuditPage;
export type ReadAuditLogApiArg = {
  /** next of the page before */
  before?: number;
  /** only by this account */
  actor?: number;
  /** beginning of the action */
  action?: string;
  target?: string;
  limit?: number;
};
export type ListBackupsApiResponse = /** status 200 OK */ BackupList;
export type ListBackupsApiArg = void;
export type MakeBackupApiResponse = /** status 202 Accepted */ Job;
export type MakeBackupApiArg = void;
export type DeleteBackupApiResponse = unknown;
export type DeleteBackupApiArg = {
  name: string;
};
export type GetBackupApiResponse = /** status 200 zip archive */ Blob;
export type GetBackupApiArg = {
  name: string;
};
export type DashboardApiResponse = /** status 200 OK */ Dashboard;
export type DashboardApiArg = void;
export type DashboardSeriesApiResponse = /** status 200 OK */ SeriesAnswer;
export type DashboardSeriesApiArg = {
  series: "users" | "ratings" | "posts" | "logins";
  by?: "day" | "week" | "month";
  /** how far back */
  days?: number;
};
export type ListJobsApiResponse = /** status 200 OK */ JobPage;
export type ListJobsApiArg = {
  /** next of the page before */
  before?: number;
  state?: "queued" | "running" | "done" | "failed" | "cancelled";
  kind?: string;
  limit?: number;
};
export type StartJobApiResponse = /** status 202 Accepted */ Job;
export type StartJobApiArg = {
  startJobInputBody: StartJobInputBody;
};
export type CancelJobApiResponse = unknown;
export type CancelJobApiArg = {
  id: number;
};
export type GetJobApiResponse = /** status 200 OK */ Job;
export type GetJobApiArg = {
  id: number;
};
export type RetryJobApiResponse = /** status 202 Accepted */ Job;
export type RetryJobApiArg = {
  id: number;
};
export type ListModelsApiResponse = /** status 200 OK */ ModelList;
export type ListModelsApiArg = void;
export type TrainModelApiResponse = /** status 202 Accepted */ Job;
export type TrainModelApiArg = {
  trainInputBody: TrainInputBody;
};
export type RollBackModelApiResponse = /** status 200 OK */ TrainedModel;
export type RollBackModelApiArg = void;
export type DeleteModelApiResponse = unknown;
export type DeleteModelApiArg = {
  id: number;
};
export type ActivateModelApiResponse = /** status 200 OK */ TrainedModel;
export type ActivateModelApiArg = {
  id: number;
};
export type ListTablesApiResponse = /** status 200 OK */ TableList;
export type ListTablesApiArg = void;
export type ReadTableApiResponse = /** status 200 OK */ TablePage;
export type ReadTableApiArg = {
  /** of the table */
  name: string;
  /** column:operator:value */
  filter?: string[] | null;
  /** in any column of text */
  q?: string;
  /** column; with a minus before it, descending */
  sort?: string;
  /** rows to pass over */
  offset?: number;
  /** rows on a page */
  limit?: number;
};
export type ExportTableApiResponse = /** status 200 OK */ string;
export type ExportTableApiArg = {
  /** of the table */
  name: string;
  /** column:operator:value */
  filter?: string[] | null;
  /** in any column of text */
  q?: string;
  /** column; with a minus before it, descending */
  sort?: string;
};
export type FindUsersApiResponse = /** status 200 OK */ UserPage;
export type FindUsersApiArg = {
  /** part of the address or of a name */
  q?: string;
  /** only these */
  role?: "user" | "staff";
  /** next of the page before */
  after?: number;
  limit?: number;
};
export type DeleteUserApiResponse = unknown;
export type DeleteUserApiArg = {
  /** number of the account */
  id: number;
};
export type GetUserApiResponse = /** status 200 OK */ UserDetail;
export type GetUserApiArg = {
  /** number of the account */
  id: number;
};
export type ChangeUserApiResponse = /** status 200 OK */ ManagedUser;
export type ChangeUserApiArg = {
  /** number of the account */
  id: number;
  changeUserInputBody: ChangeUserInputBody;
};
export type EndUserSessionsApiResponse = unknown;
export type EndUserSessionsApiArg = {
  /** number of the account */
  id: number;
};
export type ListGenresApiResponse = /** status 200 OK */ GenreList;
export type ListGenresApiArg = void;
export type ListImportsApiResponse = /** status 200 OK */ ImportList;
export type ListImportsApiArg = void;
export type UploadImportApiResponse = /** status 201 Created */ Import;
export type UploadImportApiArg = {
  "Content-Type"?: string;
  body: {
    /** a CSV file of one site, or its zip archive; up to ten */
    file: Blob;
    /** whose ratings to take of a MovieLens file with several people */
    user?: string;
  };
};
export type DeleteImportApiResponse = unknown;
export type DeleteImportApiArg = {
  /** id of the import */
  import: number;
};
export type GetImportApiResponse = /** status 200 OK */ Import;
export type GetImportApiArg = {
  /** id of the import */
  import: number;
};
export type DecideImportApiResponse = /** status 200 OK */ Import;
export type DecideImportApiArg = {
  /** id of the import */
  import: number;
  decideInputBody: DecideInputBody;
};
export type ApplyImportApiResponse = /** status 200 OK */ ImportResult;
export type ApplyImportApiArg = {
  /** id of the import */
  import: number;
  applyInputBody: ApplyInputBody;
};
export type ListImportRowsApiResponse = /** status 200 OK */ ImportRows;
export type ListImportRowsApiArg = {
  /** id of the import */
  import: number;
  /** only rows of this status */
  status?:
    "matched" | "ambiguous" | "unmatched" | "invalid" | "chosen" | "skipped";
  /** rows on a page */
  limit?: number;
  /** next of the page before */
  cursor?: string;
};
export type ListLanguagesApiResponse = /** status 200 OK */ LanguageList;
export type ListLanguagesApiArg = void;
export type DeleteMeApiResponse = unknown;
export type DeleteMeApiArg = {
  currentPassword: CurrentPassword;
};
export type GetMeApiResponse = /** status 200 OK */ Me;
export type GetMeApiArg = void;
export type ChangeMeApiResponse = /** status 200 OK */ Me;
export type ChangeMeApiArg = {
  /** ETag of what the client last saw; refused with 412 where it has changed since */
  "If-Match"?: string;
  changeMeInputBody: ChangeMeInputBody;
};
export type ExportMeApiResponse = /** status 200 zip archive */ Blob;
export type ExportMeApiArg = void;
export type ListMyHiddenApiResponse = /** status 200 OK */ ListedMovies;
export type ListMyHiddenApiArg = {
  /** films on a page */
  limit?: number;
  /** next of the page before */
  cursor?: string;
};
export type RemoveFromMyHiddenApiResponse = unknown;
export type RemoveFromMyHiddenApiArg = {
  /** id of the film */
  id: string;
};
export type AddToMyHiddenApiResponse = /** status 200 OK */ ListedMovie;
export type AddToMyHiddenApiArg = {
  /** id of the film */
  id: string;
};
export type ListMyRatingsApiResponse = /** status 200 OK */ OwnRatingList;
export type ListMyRatingsApiArg = {
  /** the order */
  sort?: "newest" | "oldest" | "highest" | "lowest" | "title";
  /** only ratings of so many stars or more */
  minRating?: number;
  /** only ratings of so many stars or fewer; 0 for all */
  maxRating?: number;
  /** ratings on a page */
  limit?: number;
  /** next of the page before */
  cursor?: string;
  /** only films of this genre */
  genre?: string;
  /** only films of this year */
  year?: number;
  /** only films of this year or later */
  yearFrom?: number;
  /** only films of this year or earlier */
  yearTo?: number;
  /** only films in this original language (ISO 639-1) */
  language?: string;
};
export type ExportMyRatingsApiResponse = /** status 200 The file */ string;
export type ExportMyRatingsApiArg = {
  /** whose layout */
  format?: "movielens" | "letterboxd";
};
export type HistogramOfMyRatingsApiResponse = /** status 200 OK */ OwnHistogram;
export type HistogramOfMyRatingsApiArg = void;
export type MyStatsApiResponse = /** status 200 OK */ TasteStatistics;
export type MyStatsApiArg = void;
export type DisableSecondFactorApiResponse = unknown;
export type DisableSecondFactorApiArg = {
  passwordAndCodeInputBody: PasswordAndCodeInputBody;
};
export type GetSecondFactorApiResponse = /** status 200 OK */ SecondFactorState;
export type GetSecondFactorApiArg = void;
export type BeginSecondFactorApiResponse = /** status 200 OK */ SecondFactor;
export type BeginSecondFactorApiArg = {
  currentPassword: CurrentPassword;
};
export type ConfirmSecondFactorApiResponse = /** status 200 OK */ RecoveryCodes;
export type ConfirmSecondFactorApiArg = {
  confirmTotpInputBody: ConfirmTotpInputBody;
};
export type RenewRecoveryCodesApiResponse = /** status 200 OK */ RecoveryCodes;
export type RenewRecoveryCodesApiArg = {
  passwordAndCodeInputBody: PasswordAndCodeInputBody;
};
export type ListMyWatchlistApiResponse = /** status 200 OK */ ListedMovies;
export type ListMyWatchlistApiArg = {
  /** films on a page */
  limit?: number;
  /** next of the page before */
  cursor?: string;
};
export type RemoveFromMyWatchlistApiResponse = unknown;
export type RemoveFromMyWatchlistApiArg = {
  /** id of the film */
  id: string;
};
export type AddToMyWatchlistApiResponse = /** status 200 OK */ ListedMovie;
export type AddToMyWatchlistApiArg = {
  /** id of the film */
  id: string;
};
export type GetMediaApiResponse =
  /** status 200 The image */ Blob | /** status 206 Part of the image */ Blob;
export type GetMediaApiArg = {
  /** of the image */
  key: string;
  /** fits a square of 240, 640 or 1600 pixels */
  size?: "thumb" | "card" | "full";
};
export type ListMoviesApiResponse = /** status 200 OK */ MovieList;
export type ListMoviesApiArg = {
  /** which films, and in which order */
  list?: "latest" | "popular" | "trending" | "upcoming" | "rating" | "title";
  /** another order of the same films; latest has the released ones, upcoming those that aren't, the other lists have all */
  sort?: "latest" | "popular" | "trending" | "rating" | "title";
  /** films on a page */
  limit?: number;
  /** next of the page before */
  cursor?: string;
  /** only films of this genre */
  genre?: string;
  /** only films of this year */
  year?: number;
  /** only films of this year or later */
  yearFrom?: number;
  /** only films of this year or earlier */
  yearTo?: number;
  /** only films in this original language (ISO 639-1) */
  language?: string;
  /** only films with a weighted rating of so many stars or more */
  minRating?: number;
};
export type SearchMoviesApiResponse = /** status 200 OK */ FoundMovies;
export type SearchMoviesApiArg = {
  /** words of titles, names and keywords; the last may be unfinished */
  q: string;
  /** films on a page */
  limit?: number;
  /** next of the page before */
  cursor?: string;
};
export type SuggestMoviesApiResponse = /** status 200 OK */ Suggestions;
export type SuggestMoviesApiArg = {
  /** what has been typed so far */
  q: string;
  /** films at most */
  limit?: number;
};
export type GetMovieApiResponse = /** status 200 OK */ MovieDetail;
export type GetMovieApiArg = {
  /** id of the film */
  id: string;
};
export type MovieCreditsApiResponse = /** status 200 OK */ Credits;
export type MovieCreditsApiArg = {
  /** id of the film */
  id: string;
};
export type MovieHistogramApiResponse = /** status 200 OK */ Histogram;
export type MovieHistogramApiArg = {
  /** id of the film */
  id: string;
};
export type GetMyMovieApiResponse = /** status 200 OK */ OwnMovie;
export type GetMyMovieApiArg = {
  /** id of the film */
  id: string;
};
export type MoviePosterApiResponse = /** status 200 The poster */ Blob;
export type MoviePosterApiArg = {
  /** id of the film */
  id: string;
  /** width in pixels; a drawn poster fits every size */
  size?: "w185" | "w342" | "w500" | "w780";
  /** ETags of posters that the client has */
  "If-None-Match"?: string;
};
export type PredictMyRatingApiResponse = /** status 200 OK */ Prediction;
export type PredictMyRatingApiArg = {
  /** id of the film */
  id: string;
};
export type UnrateMovieApiResponse = unknown;
export type UnrateMovieApiArg = {
  /** id of the film */
  id: string;
  /** ETag of what the client last saw; refused with 412 where it has changed since */
  "If-Match"?: string;
};
export type GetMyRatingApiResponse = /** status 200 OK */ OwnRating;
export type GetMyRatingApiArg = {
  /** id of the film */
  id: string;
};
export type RateMovieApiResponse = /** status 200 OK */ OwnRating;
export type RateMovieApiArg = {
  /** id of the film */
  id: string;
  /** ETag of what the client last saw; refused with 412 where it has changed since */
  "If-Match"?: string;
  /** * has nothing changed that is there already; refused with 412 then */
  "If-None-Match"?: "*";
  ratingBody: RatingBody;
};
export type SimilarToMovieApiResponse = /** status 200 OK */ RecommendationList;
export type SimilarToMovieApiArg = {
  /** id of the film */
  id: string;
  /** films at most */
  k?: number;
  /** say what the films share */
  explain?: boolean;
  /** 0: the most similar; towards 1: unlike one another */
  diversity?: number;
  /** only films of this genre */
  genre?: string;
  /** only films of this year */
  year?: number;
  /** only films of this year or later */
  yearFrom?: number;
  /** only films of this year or earlier */
  yearTo?: number;
  /** only films in this original language (ISO 639-1) */
  language?: string;
};
export type ListPostsApiResponse = /** status 200 OK */ PostList;
export type ListPostsApiArg = {
  /** only posts about this film */
  movieId?: string;
  /** only posts of this person */
  user?: number;
  /** posts on a page */
  limit?: number;
  /** next of the page before */
  cursor?: string;
};
export type CreatePostApiResponse = /** status 201 Created */ Post;
export type CreatePostApiArg = {
  postBody: PostBody;
};
export type DeletePostApiResponse = unknown;
export type DeletePostApiArg = {
  /** id of the post */
  post: number;
  /** ETag of what the client last saw; refused with 412 where it has changed since */
  "If-Match"?: string;
};
export type GetPostApiResponse = /** status 200 OK */ Post;
export type GetPostApiArg = {
  /** id of the post */
  post: number;
};
export type EditPostApiResponse = /** status 200 OK */ Post;
export type EditPostApiArg = {
  /** id of the post */
  post: number;
  /** ETag of what the client last saw; refused with 412 where it has changed since */
  "If-Match"?: string;
  postBody: PostBody;
};
export type ShowPostApiResponse = /** status 200 OK */ Post;
export type ShowPostApiArg = {
  /** id of the post */
  post: number;
};
export type HidePostApiResponse = /** status 200 OK */ Post;
export type HidePostApiArg = {
  /** id of the post */
  post: number;
  hidePostInputBody: HidePostInputBody;
};
export type RecommendForMeApiResponse = /** status 200 OK */ RecommendationList;
export type RecommendForMeApiArg = {
  /** films at most */
  k?: number;
  /** 0: the best scores; towards 1: unlike one another */
  diversity?: number;
  /** 0: by what people alike rate; 1: by what the films share */
  blend?: number;
  /** say which ratings speak for each film */
  explain?: boolean;
  /** only films of this genre */
  genre?: string;
  /** only films of this year */
  year?: number;
  /** only films of this year or later */
  yearFrom?: number;
  /** only films of this year or earlier */
  yearTo?: number;
  /** only films in this original language (ISO 639-1) */
  language?: string;
  /** films of one's watchlist: among the others, nothing else, or not at all */
  watchlist?: "include" | "only" | "exclude";
};
export type WhyForMeApiResponse = /** status 200 OK */ Why;
export type WhyForMeApiArg = {
  /** id of the film */
  id: string;
};
export type RecommendSessionApiResponse =
  /** status 200 OK */ RecommendationList;
export type RecommendSessionApiArg = {
  sessionInputBody: SessionInputBody;
};
export type RecommendSimilarApiResponse =
  /** status 200 OK */ RecommendationList;
export type RecommendSimilarApiArg = {
  /** title of the film */
  title?: string;
  /** id of the film, instead of its title */
  movieId?: string;
  /** films at most */
  k?: number;
  /** say what the films share */
  explain?: boolean;
  /** 0: the most similar; towards 1: unlike one another */
  diversity?: number;
  /** only films of this genre */
  genre?: string;
  /** only films of this year */
  year?: number;
  /** only films of this year or later */
  yearFrom?: number;
  /** only films of this year or earlier */
  yearTo?: number;
  /** only films in this original language (ISO 639-1) */
  language?: string;
};
export type RecommendTopApiResponse = /** status 200 OK */ RecommendationList;
export type RecommendTopApiArg = {
  /** films at most */
  k?: number;
  /** only films of this genre */
  genre?: string;
  /** only films of this year */
  year?: number;
  /** only films of this year or later */
  yearFrom?: number;
  /** only films of this year or earlier */
  yearTo?: number;
  /** only films in this original language (ISO 639-1) */
  language?: string;
};
export type LogOutApiResponse = unknown;
export type LogOutApiArg = void;
export type GetSessionApiResponse = /** status 200 OK */ SessionState;
export type GetSessionApiArg = void;
export type LogInApiResponse = /** status 200 OK */ Me;
export type LogInApiArg = {
  logInInputBody: LogInInputBody;
};
export type RefreshSessionApiResponse = /** status 200 OK */ Me;
export type RefreshSessionApiArg = void;
export type EndOtherSessionsApiResponse = unknown;
export type EndOtherSessionsApiArg = void;
export type ListSessionsApiResponse = /** status 200 OK */ SessionList;
export type ListSessionsApiArg = void;
export type EndSessionApiResponse = unknown;
export type EndSessionApiArg = {
  id: string;
};
export type SetUpApiResponse = /** status 201 Created */ Me;
export type SetUpApiArg = {
  setUpInputBody: SetUpInputBody;
};
export type GetTmdbMovieApiResponse = /** status 200 OK */ MovieDetail;
export type GetTmdbMovieApiArg = {
  /** id of the film at TMDB */
  tmdbId: number;
};
export type TmdbMoviePosterApiResponse = /** status 200 The poster */ Blob;
export type TmdbMoviePosterApiArg = {
  /** id of the film at TMDB */
  tmdbId: number;
  /** width in pixels; a drawn poster fits every size */
  size?: "w185" | "w342" | "w500" | "w780";
  /** ETags of posters that the client has */
  "If-None-Match"?: string;
};
export type ListUploadsApiResponse = /** status 200 OK */ UploadList;
export type ListUploadsApiArg = {
  /** uploads on a page */
  limit?: number;
  /** next of the page before */
  cursor?: string;
};
export type CreateUploadApiResponse = /** status 201 Created */ Upload;
export type CreateUploadApiArg = {
  "Content-Type"?: string;
  /** of the file, where the body is the image alone */
  name?: string;
  /** what the image shows, where the body is the image alone */
  alt?: string;
  body: Blob;
};
export type DeleteUploadApiResponse = unknown;
export type DeleteUploadApiArg = {
  /** id of the upload */
  upload: number;
};
export type GetUploadApiResponse = /** status 200 OK */ Upload;
export type GetUploadApiArg = {
  /** id of the upload */
  upload: number;
};
export type CreateTokensApiResponse = /** status 200 OK */ TokenPair;
export type CreateTokensApiArg = {
  credentials: Credentials;
};
export type RefreshTokenApiResponse = /** status 200 OK */ AccessToken;
export type RefreshTokenApiArg = {
  refreshInputBody: RefreshInputBody;
};
export type VerifyTokenApiResponse = /** status 200 OK */ Empty;
export type VerifyTokenApiArg = {
  verifyInputBody: VerifyInputBody;
};
export type ListAccountsApiResponse = /** status 200 OK */ Account[];
export type ListAccountsApiArg = {
  /** only accounts after this id */
  after?: number;
  limit?: number;
};
export type RegisterApiResponse = /** status 201 Created */ Account;
export type RegisterApiArg = {
  registration: Registration;
};
export type ActivateApiResponse = unknown;
export type ActivateApiArg = {
  activateInputBody: ActivateInputBody;
};
export type DeleteOwnAccountApiResponse = unknown;
export type DeleteOwnAccountApiArg = {
  deletion: Deletion;
};
export type GetOwnAccountApiResponse = /** status 200 OK */ Account;
export type GetOwnAccountApiArg = void;
export type PatchOwnAccountApiResponse = /** status 200 OK */ Account;
export type PatchOwnAccountApiArg = {
  names: Names;
};
export type PutOwnAccountApiResponse = /** status 200 OK */ Account;
export type PutOwnAccountApiArg = {
  names: Names;
};
export type ResendActivationApiResponse = unknown;
export type ResendActivationApiArg = {
  emailInputBody: EmailInputBody;
};
export type ResetEmailApiResponse = unknown;
export type ResetEmailApiArg = {
  emailInputBody: EmailInputBody;
};
export type ResetEmailConfirmApiResponse = unknown;
export type ResetEmailConfirmApiArg = {
  confirmEmailInputBody: ConfirmEmailInputBody;
};
export type ResetPasswordApiResponse = unknown;
export type ResetPasswordApiArg = {
  emailInputBody: EmailInputBody;
};
export type ResetPasswordConfirmApiResponse = unknown;
export type ResetPasswordConfirmApiArg = {
  passwordResetInputBody: PasswordResetInputBody;
};
export type SetEmailApiResponse = unknown;
export type SetEmailApiArg = {
  setEmailInputBody: SetEmailInputBody;
};
export type SetPasswordApiResponse = unknown;
export type SetPasswordApiArg = {
  setPasswordInputBody: SetPasswordInputBody;
};
export type DeleteAccountApiResponse = unknown;
export type DeleteAccountApiArg = {
  /** number of the account, or me */
  id: string;
  deletion: Deletion;
};
export type GetAccountApiResponse = /** status 200 OK */ Account;
export type GetAccountApiArg = {
  /** number of the account, or me */
  id: string;
};
export type PatchAccountApiResponse = /** status 200 OK */ Account;
export type PatchAccountApiArg = {
  /** number of the account, or me */
  id: string;
  names: Names;
};
export type PutAccountApiResponse = /** status 200 OK */ Account;
export type PutAccountApiArg = {
  /** number of the account, or me */
  id: string;
  names: Names;
};
export type AboutScaleStruct = {
  max: number;
  min: number;
  step: number;
};
export type About = {
  data_set: string;
  /** of the model behind D; 0 without one */
  factors: number;
  films: number;
  ratings: number;
  /** of ratings */
  scale: AboutScaleStruct;
  /** the ratings were made by a model of tastes, not by people */
  simulated: boolean;
  /** people with ratings */
  users: number;
  version: string;
};
export type Fault = {
  /** where in the request */
  location?: string;
  /** what is wrong there */
  message: string;
};
export type Choice = {
  /** id of a film as its data set has it */
  id: number | string;
  title: string;
  year?: number;
};
export type AuditLine = {
  action: string;
  /** address of the account at that time */
  actor: string;
  /** absent for the daemon itself */
  actor_id?: number;
  /** of the client */
  address: string;
  at: string;
  details?: {
    [key: string]: any;
  };
  id: number;
  request_id: string;
  target: string;
};
export type AuditPage = {
  items: AuditLine[];
  /** before of the next page; absent on the last */
  next?: number;
};
export type Backup = {
  /** when it was finished */
  at: string;
  bytes: number;
  name: string;
};
export type BackupList = {
  items: Backup[];
};
export type Job = {
  created_at: string;
  /** account; absent for the daemon itself */
  created_by?: number;
  /** what is being done */
  detail: string;
  error?: string;
  finished_at?: string;
  id: number;
  kind: string;
  progress: number;
  result?: any;
  started_at?: string;
  state: "queued" | "running" | "done" | "failed" | "cancelled";
};
export type ActivityCounts = {
  hidden_posts: number;
  posts: number;
  rated_movies: number;
  raters: number;
  ratings: number;
};
export type DatabaseInfo = {
  bytes: number;
  dialect: "sqlite" | "mysql";
  /** version */
  schema: number;
};
export type ImageCounts = {
  /** as uploaded */
  bytes: number;
  failed: number;
  images: number;
  pending: number;
  /** as kept and served */
  rendition_bytes: number;
};
export type JobCounts = {
  failed: number;
  queued: number;
  running: number;
};
export type PeopleCounts = {
  /** confirmed and not blocked */
  active: number;
  blocked: number;
  /** live */
  sessions: number;
  staff: number;
  users: number;
};
export type ProcessInfo = {
  go: string;
  goroutines: number;
  heap_bytes: number;
  /** seconds */
  uptime: number;
  version: string;
};
export type Dashboard = {
  activity: ActivityCounts;
  at: string;
  database: DatabaseInfo;
  images: ImageCounts;
  jobs: JobCounts;
  /** further counts by table */
  other: {
    [key: string]: number;
  };
  people: PeopleCounts;
  process: ProcessInfo;
  serving: About;
};
export type SeriesPoint = {
  count: number;
  /** first day */
  from: string;
};
export type SeriesAnswer = {
  by: string;
  /** oldest first, without gaps */
  points: SeriesPoint[];
  series: string;
};
export type JobPage = {
  items: Job[];
  /** of jobs that there are */
  kinds: string[];
  /** before of the next page; absent on the last */
  next?: number;
};
export type StartJobInputBody = {
  kind: string;
};
export type TrainedModel = {
  /** the last time */
  activated_at?: string;
  /** it is to be in service */
  active: boolean;
  bytes: number;
  /** settings of the training; rated says whether it learnt from who has rated what */
  config: {
    [key: string]: any;
  };
  created_at: string;
  created_by?: number;
  /** of the ratings it was trained on */
  fingerprint: string;
  id: number;
  /** measured on a tenth of the ratings, held out */
  metrics: {
    [key: string]: any;
  };
  ratings: number;
  /** it is in service in this daemon */
  serving: boolean;
};
export type ModelList = {
  items: TrainedModel[];
};
export type TrainInputBody = {
  /** put it in service once it is trained */
  activate?: boolean;
  factors?: number;
  /** learn from grades alone, not from who has rated what: quicker, and less exact */
  grades_alone?: boolean;
  iterations?: number;
  /** 0: the library's default */
  regularization?: number;
  seed?: number;
};
export type ColumnInfo = {
  name: string;
  type: "text" | "number" | "time" | "bool";
};
export type TableInfo = {
  columns: ColumnInfo[];
  name: string;
  rows: number;
};
export type TableList = {
  items: TableInfo[];
};
export type TablePage = {
  columns: ColumnInfo[];
  offset: number;
  /** values by column; times as RFC 3339; a column without a value is absent */
  rows: {
    [key: string]: any;
  }[];
  /** rows that the filters find, all pages together */
  total: number;
};
export type ManagedUser = {
  /** the address was confirmed */
  active: boolean;
  blocked_at?: string;
  created_at: string;
  email: string;
  first_name: string;
  id: number;
  last_login_at?: string;
  last_name: string;
  role: "user" | "staff";
  /** logging in asks for a code */
  second_factor: boolean;
};
export type UserPage = {
  items: ManagedUser[];
  /** after of the next page; absent on the last */
  next?: number;
};
export type Session = {
  address: string;
  created_at: string;
  /** the session of this request */
  current: boolean;
  expires_at: string;
  id: string;
  /** web: the site's own pages; api: tokens in headers */
  kind: "api" | "web";
  used_at: string;
  user_agent: string;
};
export type UserDetail = {
  /** the address was confirmed */
  active: boolean;
  blocked_at?: string;
  created_at: string;
  email: string;
  first_name: string;
  id: number;
  last_login_at?: string;
  last_name: string;
  role: "user" | "staff";
  /** logging in asks for a code */
  second_factor: boolean;
  /** live */
  sessions: Session[];
};
export type ChangeUserInputBody = {
  /** a blocked account can't log in; its sessions end */
  blocked?: boolean;
  /** for the audit log */
  reason?: string;
  role?: "user" | "staff";
};
export type Genre = {
  /** number of films */
  films: number;
  /** name of the genre */
  name: string;
};
export type GenreList = {
  items: Genre[];
};
export type Import = {
  applied_at?: string;
  /** rows by status: matched, ambiguous, unmatched, invalid, chosen (by oneself), skipped */
  counts: {
    [key: string]: number;
  };
  created_at: string;
  file_name: string;
  id: number;
  /** files of the archive that hold nothing for us; in the answer to the upload alone */
  ignored?: string[];
  /** rows of other people than user; in the answer to the upload alone */
  others?: number;
  rows: number;
  source: "movielens" | "letterboxd" | "imdb";
  state: "review" | "applied";
};
export type ImportList = {
  items: Import[];
};
export type ImportDecision = {
  /** the film that the row stands for */
  movie_id?: number | string;
  /** number of the row */
  row: number;
  /** leave the row out; without both, the decision made before is taken back */
  skip?: boolean;
};
export type DecideInputBody = {
  decisions: ImportDecision[];
};
export type ImportResult = {
  applied_at?: string;
  /** of the ratings set, those that take the place of another; the others are new */
  changed: number;
  /** rows by status: matched, ambiguous, unmatched, invalid, chosen (by oneself), skipped */
  counts: {
    [key: string]: number;
  };
  created_at: string;
  file_name: string;
  id: number;
  /** files of the archive that hold nothing for us; in the answer to the upload alone */
  ignored?: string[];
  /** rows of other people than user; in the answer to the upload alone */
  others?: number;
  /** rows by outcome: set, same, kept, watchlist, unrated, hidden, superseded, skipped, open, invalid */
  outcomes: {
    [key: string]: number;
  };
  rows: number;
  source: "movielens" | "letterboxd" | "imdb";
  state: "review" | "applied";
};
export type ApplyInputBody = {
  /** only say what would be done */
  dry_run?: boolean;
  /** hide films that one has seen and not rated, so that they aren't recommended */
  hide_watched?: boolean;
  /** what becomes of films that one has rated here: the newer rating counts, one's own stays, or the imported one counts */
  policy?: "newer" | "keep" | "replace";
};
export type Movie = {
  directors: string[];
  genres: string[];
  /** id of a film as its data set has it */
  id?: number | string;
  /** ISO 639-1 */
  language?: string;
  overview?: string;
  /** path of the poster here, of TMDB or drawn; takes ?size= */
  poster: string;
  /** path at TMDB's image host */
  poster_path?: string;
  release_date?: string;
  /** minutes */
  runtime?: number;
  title: string;
  tmdbId?: number;
  /** mean of those, on their own scale */
  vote_average: number;
  /** ratings in the data set, or votes at its source where it has no ratings */
  vote_count: number;
  /** weighted rating (B) in stars: the mean drawn towards that of all films, the more the fewer its votes; absent without votes */
  weighted?: number;
  year?: number;
};
export type ImportRow = {
  /** what the row was matched by */
  by?: string;
  /** films that it may stand for, the likeliest first */
  choices?: Choice[];
  file: string;
  /** the rating as the file has it */
  given?: string;
  /** rating, watched (without a rating: nothing to store) or watchlist; absent for invalid rows */
  kind?: string;
  /** where the row begins in its file */
  line: number;
  /** the film that the row stands for */
  movie?: Movie;
  /** what of the row was not understood */
  note?: string;
  /** what applying did with the row: set, same, kept, watchlist, unrated, hidden, superseded, skipped, open, invalid */
  outcome?: string;
  rated_at?: string;
  /** the rating in half stars */
  rating?: number;
  /** why it isn't matched */
  reason?: string;
  /** given stood between two half stars */
  rounded?: boolean;
  /** number within the import, from 0 */
  row: number;
  status:
    "matched" | "ambiguous" | "unmatched" | "invalid" | "chosen" | "skipped";
  /** as the file has it */
  title?: string;
  year?: number;
};
export type ImportRows = {
  items: ImportRow[];
  /** cursor of the next page; absent on the last */
  next?: string;
};
export type Language = {
  /** ISO 639-1 */
  code: string;
  /** number of films */
  films: number;
};
export type LanguageList = {
  items: Language[];
};
export type CurrentPassword = {
  current_password: string;
};
export type Me = {
  created_at: string;
  email: string;
  first_name: string;
  id: number;
  last_name: string;
  role: "user" | "staff";
  /** logging in asks for a code */
  second_factor: boolean;
};
export type ChangeMeInputBody = {
  first_name?: string;
  last_name?: string;
};
export type ListedMovie = {
  added_at: string;
  /** absent where the site doesn't have the film any longer */
  movie?: Movie;
  /** id of a film as its data set has it */
  movie_id: number | string;
};
export type ListedMovies = {
  items: ListedMovie[];
  /** cursor of the next page; absent on the last */
  next?: string;
  /** films on all pages */
  total: number;
};
export type OwnRating = {
  /** when the film was first rated */
  created_at: string;
  /** absent where the site doesn't have the film any longer */
  movie?: Movie;
  /** id of a film as its data set has it */
  movie_id: number | string;
  /** stars, in halves */
  rating: number;
  /** when this rating was given */
  updated_at: string;
};
export type OwnRatingList = {
  items: OwnRating[];
  /** cursor of the next page; absent on the last */
  next?: string;
  /** ratings that the filter lets pass, on all pages */
  total: number;
};
export type StarCount = {
  count: number;
  stars: number;
};
export type OwnHistogram = {
  /** 0.5 to 5 stars */
  items: StarCount[];
  total: number;
};
export type Group = {
  count: number;
  crowd_mean?: number;
  liking?: number;
  mean: number;
  name: string;
};
export type TasteContrast = {
  /** the others' mean, in stars */
  crowd_mean: number;
  movie: Movie;
  /** one's own stars */
  rating: number;
  /** how many they are */
  votes: number;
};
export type Month = {
  count: number;
  mean?: number;
  month: string;
};
export type TasteStatistics = {
  /** of two films or more, the first five of each film's cast */
  actors: Group[];
  /** Pearson's correlation with the others' means */
  agreement?: number;
  /** films that others have rated too, at least five of them */
  compared: number;
  /** ratings furthest from what others gave, furthest first */
  contrary: TasteContrast[];
  /** ratings */
  count: number;
  /** what the others gave these films */
  crowd_mean?: number;
  decades: Group[];
  /** standard deviation of the stars given; absent below two ratings */
  deviation?: number;
  /** of two films or more */
  directors: Group[];
  /** stars that one gives more than the others; negative for fewer */
  generous?: number;
  /** by number of films; liking is the mean distance from the others' ratings, less generous, shrunk towards 0 by five films */
  genres: Group[];
  /** 0.5 to 5 stars */
  histogram: StarCount[];
  /** ISO 639-1 */
  languages: Group[];
  /** mean of the stars given; absent without ratings */
  mean?: number;
  /** ratings by month, UTC */
  months: Month[];
  /** the others' ratings were made by a model of tastes, not by people */
  simulated: boolean;
};
export type PasswordAndCodeInputBody = {
  /** of the second factor, or a recovery code */
  code: string;
  current_password: string;
};
export type SecondFactorState = {
  on: boolean;
  /** how many are left */
  recovery_codes: number;
};
export type SecondFactor = {
  /** the URI as a QR code, a PNG in base64 */
  image: string;
  /** base32, to type in */
  secret: string;
  /** otpauth://, to open */
  uri: string;
};
export type RecoveryCodes = {
  /** each logs in once in place of a code; they aren't shown again */
  recovery_codes: string[];
};
export type ConfirmTotpInputBody = {
  code: string;
};
export type MovieList = {
  items: Movie[];
  /** cursor of the next page; absent on the last */
  next?: string;
  /** the ratings behind this were made by a model of tastes, not by people */
  simulated: boolean;
  /** who made the list: tmdb, or own where it is of our own data */
  source: "own" | "tmdb";
  /** TMDB is away; this is its list of before */
  stale?: boolean;
};
export type MatchPart = {
  /** this is what was searched for */
  found?: boolean;
  text: string;
};
export type MatchText = {
  field: "title" | "people" | "keyword" | "year";
  /** the whole text, in order */
  parts: MatchPart[];
};
export type Match = {
  /** found by allowing for typing faults */
  faults?: boolean;
  field: "title" | "people" | "keyword" | "year" | "several";
  /** the texts that hold them */
  texts: MatchText[];
};
export type FoundMovie = {
  directors: string[];
  genres: string[];
  /** id of a film as its data set has it */
  id?: number | string;
  /** ISO 639-1 */
  language?: string;
  match: Match;
  overview?: string;
  /** path of the poster here, of TMDB or drawn; takes ?size= */
  poster: string;
  /** path at TMDB's image host */
  poster_path?: string;
  release_date?: string;
  /** minutes */
  runtime?: number;
  title: string;
  tmdbId?: number;
  /** mean of those, on their own scale */
  vote_average: number;
  /** ratings in the data set, or votes at its source where it has no ratings */
  vote_count: number;
  /** weighted rating (B) in stars: the mean drawn towards that of all films, the more the fewer its votes; absent without votes */
  weighted?: number;
  year?: number;
};
export type FoundMovies = {
  items: FoundMovie[];
  /** cursor of the next page; absent on the last */
  next?: string;
  /** the ratings behind this were made by a model of tastes, not by people */
  simulated: boolean;
};
export type Suggestion = {
  /** id of a film as its data set has it */
  id: number | string;
  match: Match;
  poster: string;
  title: string;
  year?: number;
};
export type Suggestions = {
  items: Suggestion[];
};
export type HistogramBar = {
  /** number of ratings of that value */
  count: number;
  /** rating, on the scale of the data set */
  value: number;
};
export type Trailer = {
  /** id of the video there */
  key: string;
  name?: string;
  official: boolean;
  site: "YouTube";
  url: string;
};
export type MovieDetail = {
  cast: string[];
  directors: string[];
  /** what TMDB added: fresh, stale while it is away, or nothing, since it is away, doesn't know the film, or isn't asked */
  from_tmdb: "fresh" | "stale" | "away" | "unknown" | "off";
  genres: string[];
  /** ratings by value, of the data set and of the site's own people; empty where there are none */
  histogram: HistogramBar[];
  /** id of a film as its data set has it */
  id?: number | string;
  imdbId?: number;
  keywords: string[];
  /** ISO 639-1 */
  language?: string;
  original_title?: string;
  overview?: string;
  /** path of the poster here, of TMDB or drawn; takes ?size= */
  poster: string;
  /** path at TMDB's image host */
  poster_path?: string;
  release_date?: string;
  /** minutes */
  runtime?: number;
  /** of TMDB */
  tagline?: string;
  title: string;
  tmdbId?: number;
  /** of TMDB */
  trailer?: Trailer;
  /** mean of those, on their own scale */
  vote_average: number;
  /** ratings in the data set, or votes at its source where it has no ratings */
  vote_count: number;
  /** weighted rating (B) in stars: the mean drawn towards that of all films, the more the fewer its votes; absent without votes */
  weighted?: number;
  year?: number;
};
export type CastMember = {
  character?: string;
  name: string;
  /** id of the person at TMDB */
  tmdbId?: number;
};
export type CrewMember = {
  department?: string;
  job: string;
  name: string;
  /** id of the person at TMDB */
  tmdbId?: number;
};
export type Credits = {
  /** in billing order */
  cast: CastMember[];
  crew: CrewMember[];
  /** who knows this */
  source: "own" | "tmdb";
  /** TMDB is away; this is what it said before */
  stale?: boolean;
};
export type Histogram = {
  /** both together, on the scale of the data set */
  all: HistogramBar[];
  /** ratings in all */
  count: number;
  /** of the data set */
  data_set: HistogramBar[];
  /** mean of all, absent where there are none */
  mean?: number;
  /** of people of this site, on the scale of the data set */
  site: HistogramBar[];
};
export type OwnMovie = {
  /** one doesn't want to be shown it */
  hidden: boolean;
  /** id of a film as its data set has it */
  movie_id: number | string;
  rated_at?: string;
  /** stars; absent where one hasn't rated it */
  rating?: number;
  /** it is on one's watchlist */
  watchlist: boolean;
};
export type PredictionInterval = {
  /** part of the ratings measured that were in such an interval */
  coverage: number;
  /** ratings of a person that each of those was made from; at most as many as based_on */
  from: number;
  high: number;
  low: number;
  /** predictions of ratings by people of the data set that it was measured on */
  measured: number;
};
export type Prediction = {
  /** one's ratings that were used */
  based_on: number;
  /** absent where it can't be measured */
  interval?: PredictionInterval;
  /** id of a film as its data set has it */
  movie_id: number | string;
  /** stars; absent where nothing can be said */
  prediction?: number;
  /** what one gave the film, which was not used */
  rating?: number;
  /** why there is no prediction */
  reason?: string;
  /** the ratings behind this were made by a model of tastes, not by people */
  simulated: boolean;
};
export type RatingBody = {
  /** stars, in halves */
  rating: number;
};
export type Reason = {
  /** director, cast, keyword, genre, overview, or rated for a film the person has rated */
  kind: string;
  /** the rated film */
  movie_id?: number | string;
  /** what is shared, or the title of the rated film */
  name: string;
  /** its part of the score */
  part: number;
};
export type Recommendation = {
  directors: string[];
  genres: string[];
  /** id of a film as its data set has it */
  id?: number | string;
  /** ISO 639-1 */
  language?: string;
  overview?: string;
  /** path of the poster here, of TMDB or drawn; takes ?size= */
  poster: string;
  /** path at TMDB's image host */
  poster_path?: string;
  /** the rating this person is expected to give, on the scale of the data set; in stars, 0.5 to 5, for oneself */
  prediction?: number;
  /** place in the list */
  rank: number;
  /** largest part first */
  reasons?: Reason[];
  release_date?: string;
  /** minutes */
  runtime?: number;
  /** what the list is ordered by; its meaning depends on kind */
  score: number;
  title: string;
  tmdbId?: number;
  /** mean of those, on their own scale */
  vote_average: number;
  /** ratings in the data set, or votes at its source where it has no ratings */
  vote_count: number;
  /** weighted rating (B) in stars: the mean drawn towards that of all films, the more the fewer its votes; absent without votes */
  weighted?: number;
  year?: number;
};
export type RecommendationList = {
  /** films of the title asked for, where there are several; ask again with movie_id */
  choices?: Choice[];
  /** why the list was made in another way than asked for */
  fallback?: string;
  items: Recommendation[];
  /** how the list was made */
  kind: string;
  /** the ratings behind this were made by a model of tastes, not by people */
  simulated: boolean;
};
export type Author = {
  id: number;
  /** first name and the beginning of the last; empty where the person gave none */
  name: string;
};
export type Hidden = {
  at: string;
  reason?: string;
};
export type Metadata = {
  /** it can be transparent */
  alpha: boolean;
  /** f-number */
  aperture?: number;
  /** bits of a channel */
  bit_depth: number;
  /** of the file as it was sent */
  bytes: number;
  camera?: string;
  /** grey, palette, RGB, YCbCr or CMYK */
  colour_model: string;
  colour_profile?: string;
  exposure?: string;
  /** millimetres */
  focal_length?: number;
  format: "JPEG" | "PNG" | "WebP" | "GIF" | "AVIF";
  /** of an animation; 2 where it has some more than one */
  frames?: number;
  /** pixels, as the picture is shown upright */
  height: number;
  iso?: number;
  lens?: string;
  media_type: string;
  /** by the clock of who changed it, ISO 8601 without a zone */
  modified?: string;
  /** of the file, as it was sent */
  name: string;
  /** how the camera was held, as EXIF counts it; what is served is upright */
  orientation: number;
  /** by the camera's clock, ISO 8601 without a zone */
  taken?: string;
  /** pixels, as the picture is shown upright */
  width: number;
};
export type RenditionLink = {
  bytes: number;
  height: number;
  media_type: "image/jpeg" | "image/png";
  size: "thumb" | "card" | "full";
  url: string;
  width: number;
};
export type PostImage = {
  /** what the image shows, for those who don't see it */
  alt: string;
  /** why no renditions could be made */
  error?: string;
  height: number;
  /** of the upload */
  id: number;
  /** of the image, for /api/v1/media */
  key: string;
  /** what the file tells of itself, never where a photo was taken; absent in lists */
  metadata?: Metadata;
  /** smallest first; empty until they are made */
  renditions: RenditionLink[];
  /** of the renditions */
  state: "pending" | "ready" | "failed";
  /** pixels of what was sent, upright */
  width: number;
};
export type Post = {
  author: Author;
  created_at: string;
  /** the caller may change and delete it */
  editable: boolean;
  /** the staff has hidden the post from all but its author */
  hidden?: Hidden;
  id: number;
  /** in the order of the post */
  images: PostImage[];
  /** absent for a film of one's own, and where the site doesn't have the film any longer */
  movie?: Movie;
  /** absent for a film of one's own */
  movie_id?: number | string;
  /** stars, in halves; absent where none was given */
  rating?: number;
  text: string;
  title: string;
  updated_at: string;
};
export type PostList = {
  items: Post[];
  /** cursor of the next page; absent on the last */
  next?: string;
};
export type ImageOfAPost = {
  /** what the image shows, for those who don't see it */
  alt?: string;
  /** id of the upload */
  id: number;
};
export type PostBody = {
  /** in the order in which they are shown */
  images?: ImageOfAPost[];
  /** the film; without it the post is about a film of one's own, and needs a title */
  movie_id?: number | string;
  /** stars, in halves */
  rating?: number;
  text: string;
  /** the film's where it is absent */
  title?: string;
};
export type HidePostInputBody = {
  /** for the author */
  reason?: string;
};
export type Why = {
  /** the part of the score that comes from none of one's ratings alone */
  base: number;
  /** personal: by the model; content: by what films share, since the model can't tell */
  kind: "personal" | "content";
  movie: Movie;
  /** stars, 0.5 to 5; absent where nothing can be said */
  prediction?: number;
  /** one's ratings with what each adds, largest first */
  rated: Reason[];
  /** what the list orders by; for personal, base and the parts of rated add up to it */
  score: number;
  /** what the film shares with those that one likes, largest first */
  shared: Reason[];
  /** the ratings behind this were made by a model of tastes, not by people */
  simulated: boolean;
};
export type SessionRating = {
  /** id of a film as its data set has it */
  movie_id: number | string;
  /** on the scale that is named */
  rating: number;
};
export type SessionInputBody = {
  /** 0: by what people alike rate; 1: by what the films share */
  blend?: number;
  /** 0: the best scores; towards 1: unlike one another */
  diversity?: number;
  /** say which ratings speak for each film */
  explain?: boolean;
  /** only films of this genre */
  genre?: string;
  /** films at most */
  k?: number;
  language?: string;
  /** the person's ratings */
  ratings: SessionRating[];
  /** of the ratings and the predictions: the data set's own, or stars, 0.5 to 5 */
  scale?: "set" | "stars";
  year_from?: number;
  year_to?: number;
};
export type SessionState = {
  account?: Me;
};
export type LogInInputBody = {
  email: string;
  /** of the second factor, or a recovery code */
  otp?: string;
  password: string;
};
export type SessionList = {
  items: Session[];
};
export type SetUpInputBody = {
  email: string;
  first_name?: string;
  last_name?: string;
  /** 8 to 128 characters, no common one */
  password: string;
  re_password: string;
  token: string;
};
export type Upload = {
  /** what the image shows, for those who don't see it */
  alt: string;
  created_at: string;
  /** why no renditions could be made */
  error?: string;
  height: number;
  /** of the upload */
  id: number;
  /** of the image, for /api/v1/media */
  key: string;
  /** what the file tells of itself, never where a photo was taken; absent in lists */
  metadata?: Metadata;
  /** the post that has the image; absent while it belongs to none */
  post_id?: number;
  /** smallest first; empty until they are made */
  renditions: RenditionLink[];
  /** of the renditions */
  state: "pending" | "ready" | "failed";
  /** pixels of what was sent, upright */
  width: number;
};
export type UploadList = {
  items: Upload[];
  /** cursor of the next page; absent on the last */
  next?: string;
  /** bytes that one's images take, each counted once */
  used: number;
};
export type TokenPair = {
  /** good for an hour */
  access: string;
  /** good for a day */
  refresh: string;
};
export type Credentials = {
  email: string;
  /** of the second factor, or a recovery code */
  otp?: string;
  password: string;
};
export type AccessToken = {
  access: string;
};
export type RefreshInputBody = {
  refresh: string;
};
export type Empty = object;
export type VerifyInputBody = {
  token: string;
};
export type Account = {
  email: string;
  first_name: string;
  id: number;
  last_name: string;
};
export type Registration = {
  email: string;
  first_name?: string;
  last_name?: string;
  /** 8 to 128 characters, no common one */
  password: string;
  re_password: string;
};
export type ActivateInputBody = {
  token: string;
  uid: string;
};
export type Deletion = {
  current_password: string;
};
export type Names = {
  first_name?: string;
  last_name?: string;
};
export type EmailInputBody = {
  email: string;
};
export type ConfirmEmailInputBody = {
  /** needed for the link of reset_email */
  new_email?: string;
  token: string;
  uid: string;
};
export type PasswordResetInputBody = {
  new_password: string;
  re_new_password: string;
  token: string;
  uid: string;
};
export type SetEmailInputBody = {
  current_password: string;
  new_email: string;
};
export type SetPasswordInputBody = {
  current_password: string;
  new_password: string;
  re_new_password: string;
};
export const {
  useAboutQuery,
  useReadAuditLogQuery,
  useListBackupsQuery,
  useMakeBackupMutation,
  useDeleteBackupMutation,
  useGetBackupQuery,
  useDashboardQuery,
  useDashboardSeriesQuery,
  useListJobsQuery,
  useStartJobMutation,
  useCancelJobMutation,
  useGetJobQuery,
  useRetryJobMutation,
  useListModelsQuery,
  useTrainModelMutation,
  useRollBackModelMutation,
  useDeleteModelMutation,
  useActivateModelMutation,
  useListTablesQuery,
  useReadTableQuery,
  useExportTableQuery,
  useFindUsersQuery,
  useDeleteUserMutation,
  useGetUserQuery,
  useChangeUserMutation,
  useEndUserSessionsMutation,
  useListGenresQuery,
  useListImportsQuery,
  useUploadImportMutation,
  useDeleteImportMutation,
  useGetImportQuery,
  useDecideImportMutation,
  useApplyImportMutation,
  useListImportRowsQuery,
  useListLanguagesQuery,
  useDeleteMeMutation,
  useGetMeQuery,
  useChangeMeMutation,
  useExportMeQuery,
  useListMyHiddenQuery,
  useRemoveFromMyHiddenMutation,
  useAddToMyHiddenMutation,
  useListMyRatingsQuery,
  useExportMyRatingsQuery,
  useHistogramOfMyRatingsQuery,
  useMyStatsQuery,
  useDisableSecondFactorMutation,
  useGetSecondFactorQuery,
  useBeginSecondFactorMutation,
  useConfirmSecondFactorMutation,
  useRenewRecoveryCodesMutation,
  useListMyWatchlistQuery,
  useRemoveFromMyWatchlistMutation,
  useAddToMyWatchlistMutation,
  useGetMediaQuery,
  useListMoviesQuery,
  useSearchMoviesQuery,
  useSuggestMoviesQuery,
  useGetMovieQuery,
  useMovieCreditsQuery,
  useMovieHistogramQuery,
  useGetMyMovieQuery,
  useMoviePosterQuery,
  usePredictMyRatingQuery,
  useUnrateMovieMutation,
  useGetMyRatingQuery,
  useRateMovieMutation,
  useSimilarToMovieQuery,
  useListPostsQuery,
  useCreatePostMutation,
  useDeletePostMutation,
  useGetPostQuery,
  useEditPostMutation,
  useShowPostMutation,
  useHidePostMutation,
  useRecommendForMeQuery,
  useWhyForMeQuery,
  useRecommendSessionQuery,
  useRecommendSimilarQuery,
  useRecommendTopQuery,
  useLogOutMutation,
  useGetSessionQuery,
  useLogInMutation,
  useRefreshSessionMutation,
  useEndOtherSessionsMutation,
  useListSessionsQuery,
  useEndSessionMutation,
  useSetUpMutation,
  useGetTmdbMovieQuery,
  useTmdbMoviePosterQuery,
  useListUploadsQuery,
  useCreateUploadMutation,
  useDeleteUploadMutation,
  useGetUploadQuery,
  useCreateTokensMutation,
  useRefreshTokenMutation,
  useVerifyTokenMutation,
  useListAccountsQuery,
  useRegisterMutation,
  useActivateMutation,
  useDeleteOwnAccountMutation,
  useGetOwnAccountQuery,
  usePatchOwnAccountMutation,
  usePutOwnAccountMutation,
  useResendActivationMutation,
  useResetEmailMutation,
  useResetEmailConfirmMutation,
  useResetPasswordMutation,
  useResetPasswordConfirmMutation,
  useSetEmailMutation,
  useSetPasswordMutation,
  useDeleteAccountMutation,
  useGetAccountQuery,
  usePatchAccountMutation,
  usePutAccountMutation,
} = injectedRtkApi;
