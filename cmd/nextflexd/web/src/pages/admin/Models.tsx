import Button from '@mui/material/Button'
import Chip from '@mui/material/Chip'
import FormControlLabel from '@mui/material/FormControlLabel'
import Stack from '@mui/material/Stack'
import Switch from '@mui/material/Switch'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useState, type FormEvent } from 'react'
import { FormattedDate, FormattedMessage, FormattedNumber, useIntl } from 'react-intl'
import { useActivateModelMutation, useDeleteModelMutation, useListModelsQuery, useRollBackModelMutation, useTrainModelMutation, type TrainedModel } from '../../api'
import { Confirm } from '../../components/Confirm'
import { useNotice } from '../../components/Notices'
import { Page } from '../../components/Page'
import { Failure, LinesSkeleton, State } from '../../components/states'
import { Bytes } from './Bytes'
import { DataTable } from './DataTable'
import { RunningJobs } from './RunningJobs'

/** Models trains models, compares them, and says which one serves. */
export function Models() {
  const { formatMessage } = useIntl()
  const { data, error, refetch } = useListModelsQuery()
  const [rollBack, rollingBack] = useRollBackModelMutation()
  const [asking, setAsking] = useState(false)
  const notice = useNotice()
  return (
    <Page
      title={formatMessage({ id: 'admin.models' })}
      lead={<FormattedMessage id="models.lead" />}
      actions={
        <Button variant="outlined" disabled={!data || data.items.length === 0} onClick={() => setAsking(true)}>
          <FormattedMessage id="models.rollBack" />
        </Button>
      }
    >
      <Train />
      <RunningJobs kind="train" />
      {error ? <Failure error={error} retry={() => void refetch()} /> : !data ? <LinesSkeleton lines={4} height={56} /> : data.items.length === 0 ? <NoModels /> : <Trained models={data.items} />}
      <Confirm
        open={asking}
        title={formatMessage({ id: 'models.rollBackSure' })}
        action={formatMessage({ id: 'models.rollBack' })}
        busy={rollingBack.isLoading}
        onClose={() => setAsking(false)}
        onConfirm={async () => {
          const answer = await rollBack()
          setAsking(false)
          if (answer.error) notice.failure(answer.error)
          else notice.say(formatMessage({ id: 'models.serves' }, { id: answer.data.id }))
        }}
      >
        <FormattedMessage id="models.rollBackText" />
      </Confirm>
    </Page>
  )
}

function NoModels() {
  return (
    <State role="status" title={<FormattedMessage id="models.none" />}>
      <FormattedMessage id="models.noneText" />
    </State>
  )
}

const bounds = { factors: { min: 1, max: 512, usual: 32 }, iterations: { min: 1, max: 1000, usual: 12 }, regularization: { min: 0, max: 1000, usual: 0 }, seed: { min: 0, max: Number.MAX_SAFE_INTEGER, usual: 1 } } as const
type Setting = keyof typeof bounds

function Train() {
  const { formatMessage } = useIntl()
  const [values, setValues] = useState<Record<Setting, string>>({ factors: '32', iterations: '12', regularization: '0', seed: '1' })
  const [rated, setRated] = useState(true)
  const [activate, setActivate] = useState(false)
  const [train, { isLoading }] = useTrainModelMutation()
  const notice = useNotice()
  const wrong = (name: Setting) => {
    const { min, max } = bounds[name]
    const value = Number(values[name])
    return values[name].trim() === '' || !Number.isFinite(value) || value < min || value > max || (name !== 'regularization' && !Number.isInteger(value))
  }
  const names = Object.keys(bounds) as Setting[]
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (names.some(wrong)) return
    const { error } = await train({ trainInputBody: { activate, grades_alone: !rated, factors: Number(values.factors), iterations: Number(values.iterations), regularization: Number(values.regularization), seed: Number(values.seed) } })
    if (error) notice.failure(error)
    else notice.say(formatMessage({ id: 'models.begun' }))
  }
  return (
    <Stack component="form" noValidate aria-label={formatMessage({ id: 'models.train' })} onSubmit={(event: FormEvent) => void submit(event)} direction="row" sx={{ flexWrap: 'wrap', gap: 2, alignItems: 'flex-start', bgcolor: 'background.paper', borderRadius: 3, p: { xs: 2, md: 3 }, mb: 3 }}>
      {names.map((name) => (
        <TextField
          key={name}
          size="small"
          type="number"
          label={formatMessage({ id: `models.${name}` })}
          value={values[name]}
          onChange={(event) => setValues({ ...values, [name]: event.target.value })}
          error={wrong(name)}
          helperText={wrong(name) ? formatMessage({ id: 'models.between' }, { min: bounds[name].min, max: bounds[name].max }) : formatMessage({ id: `models.${name}.help` })}
          slotProps={{ htmlInput: { min: bounds[name].min, max: bounds[name].max, step: name === 'regularization' ? 'any' : 1 } }}
          sx={{ width: { xs: '100%', sm: 210 } }}
        />
      ))}
      <FormControlLabel control={<Switch checked={rated} onChange={(_, on) => setRated(on)} />} label={<FormattedMessage id="models.learnRated" />} />
      <FormControlLabel control={<Switch checked={activate} onChange={(_, on) => setActivate(on)} />} label={<FormattedMessage id="models.activateWhenDone" />} />
      <Button type="submit" variant="contained" loading={isLoading}>
        <FormattedMessage id="models.train" />
      </Button>
    </Stack>
  )
}

const measures = ['rmse', 'mae', 'ndcg_at_10', 'recall_at_10', 'hit_rate_at_10'] as const

function Trained({ models }: { models: readonly TrainedModel[] }) {
  const { formatMessage } = useIntl()
  const [activate, activating] = useActivateModelMutation()
  const [remove, removing] = useDeleteModelMutation()
  const [deleting, setDeleting] = useState<TrainedModel>()
  const notice = useNotice()
  const number = (values: Record<string, unknown>, name: string) => (typeof values[name] === 'number' ? <FormattedNumber value={values[name]} maximumFractionDigits={4} /> : '–')
  return (
    <>
      <Typography variant="h2" sx={{ mb: 2 }}>
        <FormattedMessage id="models.trained" />
      </Typography>
      <DataTable
        label={formatMessage({ id: 'models.trained' })}
        head={
          <>
            {(['models.model', 'models.made', 'models.factors', 'models.iterations', 'models.learntFrom', 'tables.rows', 'models.size'] as const).map((id) => (
              <th key={id} scope="col">
                <FormattedMessage id={id} />
              </th>
            ))}
            {measures.map((name) => (
              <th key={name} scope="col">
                <FormattedMessage id={`models.${name}`} />
              </th>
            ))}
            <th scope="col">
              <FormattedMessage id="models.actions" />
            </th>
          </>
        }
      >
        {models.map((model) => (
          <tr key={model.id}>
            <th scope="row">
              {model.id} {model.serving && <Chip size="small" color="success" variant="outlined" label={<FormattedMessage id="models.serving" />} />} {model.active && !model.serving && <Chip size="small" variant="outlined" label={<FormattedMessage id="models.active" />} />}
            </th>
            <td>
              <FormattedDate value={model.created_at} dateStyle="medium" timeStyle="short" />
            </td>
            <td>{number(model.config, 'factors')}</td>
            <td>{number(model.config, 'iterations')}</td>
            <td>
              <FormattedMessage id={model.config.rated === true ? 'models.ratedToo' : 'models.gradesAlone'} />
            </td>
            <td>
              <FormattedNumber value={model.ratings} />
            </td>
            <td>
              <Bytes value={model.bytes} />
            </td>
            {measures.map((name) => (
              <td key={name}>{number(model.metrics, name)}</td>
            ))}
            <td>
              <Button
                size="small"
                disabled={model.serving || activating.isLoading}
                aria-label={formatMessage({ id: 'models.activateOne' }, { id: model.id })}
                onClick={async () => {
                  const answer = await activate({ id: model.id })
                  if (answer.error) notice.failure(answer.error)
                  else notice.say(formatMessage({ id: 'models.serves' }, { id: model.id }))
                }}
              >
                <FormattedMessage id="models.activate" />
              </Button>
              <Button size="small" color="error" disabled={model.active} aria-label={formatMessage({ id: 'models.deleteOne' }, { id: model.id })} onClick={() => setDeleting(model)}>
                <FormattedMessage id="common.delete" />
              </Button>
            </td>
          </tr>
        ))}
      </DataTable>
      <Typography variant="body2" color="textSecondary" sx={{ mt: 1.5 }}>
        <FormattedMessage id="models.measured" />
      </Typography>
      {deleting && (
        <Confirm
          open
          title={formatMessage({ id: 'models.deleteSure' }, { id: deleting.id })}
          action={formatMessage({ id: 'common.delete' })}
          busy={removing.isLoading}
          onClose={() => setDeleting(undefined)}
          onConfirm={async () => {
            const { error } = await remove({ id: deleting.id })
            setDeleting(undefined)
            if (error) notice.failure(error)
          }}
        >
          <FormattedMessage id="models.deleteText" />
        </Confirm>
      )}
    </>
  )
}
