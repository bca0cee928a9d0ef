// Switching autoscaling on, or changing how: what it would do and would have done first, then how far it may go.
import { useContext, useState } from 'preact/hooks';
import { answerOf, send } from '../../api/client.ts';
import { useLive } from '../../api/live.ts';
import type { Recommendations, Ref } from '../../api/types.ts';
import { annotateLine, annotationsYaml } from '../../parts/commands/commands.ts';
import { Elsewhere } from '../../parts/commands/elsewhere.tsx';
import { Freshness } from '../../parts/freshness.tsx';
import { SessionContext, useMayWrite } from '../../parts/session.tsx';
import { overviewPath, workloadPath } from '../../routes.ts';
import { useRecommendations } from '../workload/use-workload.ts';
import { annotationsOf, bodyOf, cliOf, isAsked, RUNGS, type Rung, rungFault, type Texts } from './body.ts';
import { FieldOf } from './field.tsx';
import { Preview } from './preview.tsx';
import { RungChoice } from './rung-choice.tsx';
import { complaintOf, type Field, fieldsOf } from './schema.ts';
import { Submit } from './submit.tsx';
import './enable.css';

const DAY = 86_400_000;
/** As the API's own ladder enables this rung. */
const FIRST_LIMIT = '25%';
/** Said by where the form stands, and by the choice of a rung. */
const NOT_ASKED: ReadonlySet<string> = new Set(['deployment_name', 'namespace', 'kind']);

export function Enable({ of }: { readonly of: Ref }) {
  const { cluster, namespace, deployment } = of;
  const recommended = useRecommendations(of);
  const document = useLive('openapi', async (signal) => answerOf(await send('/openapi.json', { signal })), DAY);
  const fields = fieldsOf(document.data, 'Enable').filter(({ name }) => !NOT_ASKED.has(name));
  return (
    <>
      <p class="crumbs">
        <a href={overviewPath(cluster)}>{cluster}</a> / {namespace} / <a href={workloadPath(of)}>{deployment}</a>
      </p>
      <h1>
        {recommended.data?.policy.enabled ? 'Change' : 'Enable'} autoscaling of {deployment}
      </h1>
      <Freshness live={recommended} what="the recommendation" />
      <Freshness live={document} what="the form" />
      {recommended.data && fields.length > 0 && <Form of={of} recommended={recommended.data} fields={fields} />}
    </>
  );
}

interface FormProps {
  readonly of: Ref;
  readonly recommended: Recommendations;
  readonly fields: readonly Field[];
}

function Form({ of, recommended, fields }: FormProps) {
  const mayWrite = useMayWrite();
  const session = useContext(SessionContext);
  const [rung, setRung] = useState<Rung>(firstRung(recommended));
  const [texts, setTexts] = useState<Texts>({});
  const [faults, setFaults] = useState<Texts>({});
  const asked = fields.filter(({ name }) => isAsked(name, rung));
  const complaints = asked.flatMap(({ name, schema }) => complaintOf(schema, texts[name] ?? '') ?? []);
  const body = bodyOf(fields, texts, rung, recommended.policy);
  const unmet = rungFault(rung, texts, recommended.policy);
  const annotations = annotationsOf(body);
  const choose = (next: Rung) => {
    setRung(next);
    // The usual first limit, to be changed or taken away.
    if (next === 'limited' && rungFault(next, texts, recommended.policy) !== null)
      setTexts({ ...texts, limit_step: FIRST_LIMIT });
  };
  const change = (name: string, text: string) => {
    setTexts({ ...texts, [name]: text });
    setFaults({ ...faults, [name]: '' });
  };
  return (
    <div class="columns enable">
      <div>
        <section class="card">
          <RungChoice rung={rung} ladder={recommended.ladder} onRung={choose} />
          <p class="fault" aria-live="polite">
            {unmet}
          </p>
        </section>
        <section class="card">
          <h2>Policy</h2>
          <p class="faint">What is left empty stays as it is.</p>
          <div class="fields">
            {asked.map((field) => (
              <FieldOf
                key={field.name}
                field={field}
                text={texts[field.name] ?? ''}
                fault={faults[field.name] || complaintOf(field.schema, texts[field.name] ?? '')}
                policy={recommended.policy}
                onText={(text) => change(field.name, text)}
              />
            ))}
          </div>
          {mayWrite ? (
            <Submit
              of={of}
              body={body}
              rung={rung}
              isReady={complaints.length === 0 && !(rung === 'limited' && unmet !== null)}
              enabled={recommended.policy.enabled}
              onFaults={setFaults}
            />
          ) : (
            <p class="notice">This page is read-only: take the command.</p>
          )}
          <Elsewhere
            of={of}
            cli={cliOf(session?.url ?? null, of, body)}
            kubectl={annotateLine(of, annotations)}
            yaml={annotationsYaml(annotations)}
          />
        </section>
      </div>
      <Preview recommended={recommended} />
    </div>
  );
}

/** The next one, or the one where it stands: nobody is led further than a step. */
function firstRung({ ladder, policy }: Recommendations): Rung {
  const wanted = policy.enabled ? ladder.rung : 'recommend';
  return RUNGS.find((rung) => rung === wanted) ?? 'recommend';
}
