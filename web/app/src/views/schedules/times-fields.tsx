// When: days and hours, or a cron pattern and for how long; and of which zone.
import { errorsOf, Field, type FormProps } from './field.tsx';
import { DAYS } from './window-body.ts';

const ZONES = Intl.supportedValuesOf('timeZone');

export function TimesFields(props: FormProps) {
  const { form, set, errors } = props;
  return (
    <>
      <Field label="Pattern" names={[]} errors={errors}>
        {(attributes) => (
          <select
            {...attributes}
            value={form.pattern}
            onChange={(e) => set({ pattern: e.currentTarget.value === 'cron' ? 'cron' : 'weekly' })}
          >
            <option value="weekly">days and hours</option>
            <option value="cron">cron</option>
          </select>
        )}
      </Field>
      {form.pattern === 'weekly' ? <Weekly {...props} /> : <Cron {...props} />}
      <Text {...props} label="Time zone" name="time_zone" of="timeZone" list="zones" />
      <datalist id="zones">
        {ZONES.map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
      <Text {...props} label="First day (optional)" name="from" of="from" type="date" />
      <Text {...props} label="Last day (optional)" name="until" of="until" type="date" />
    </>
  );
}

function Weekly(props: FormProps) {
  const { form, set } = props;
  const wrong = errorsOf(props.errors, ['days']);
  const turn = (day: string) =>
    set({ days: DAYS.filter((one) => (one === day ? !form.days.includes(one) : form.days.includes(one))) });
  return (
    <>
      <fieldset class="field" aria-describedby={wrong.length > 0 ? 'wrong-days' : undefined}>
        <legend>Days</legend>
        <div class="days">
          {DAYS.map((day) => (
            <button key={day} type="button" aria-pressed={form.days.includes(day)} onClick={() => turn(day)}>
              {day}
            </button>
          ))}
        </div>
        {wrong.length > 0 && (
          <span id="wrong-days" class="wrong">
            {wrong.map(({ message }) => message).join('; ')}
          </span>
        )}
      </fieldset>
      <Text {...props} label="Start" name="start" of="start" />
      <Text {...props} label="End" name="end" of="end" />
      <Field label="Overnight" names={['overnight']} errors={props.errors}>
        {(attributes) => (
          <input
            {...attributes}
            type="checkbox"
            checked={form.isOvernight}
            onChange={(e) => set({ isOvernight: e.currentTarget.checked })}
          />
        )}
      </Field>
    </>
  );
}

function Cron(props: FormProps) {
  return (
    <>
      <Text {...props} label="Cron" name="cron" of="cron" />
      <Text {...props} label="For minutes" name="duration_minutes" of="minutes" />
    </>
  );
}

interface TextProps extends FormProps {
  readonly label: string;
  /** As the API names it. */
  readonly name: string;
  readonly of: 'timeZone' | 'start' | 'end' | 'cron' | 'minutes' | 'from' | 'until';
  readonly type?: 'text' | 'date';
  readonly list?: string;
}

function Text({ form, set, errors, label, name, of, type = 'text', list }: TextProps) {
  return (
    <Field label={label} names={[name]} errors={errors}>
      {(attributes) => (
        <input
          {...attributes}
          type={type}
          list={list}
          value={form[of]}
          onInput={(event) => set({ [of]: event.currentTarget.value })}
        />
      )}
    </Field>
  );
}
