// How far it may go by itself: a choice that says what each rung means.
import type { Recommendations } from '../../api/types.ts';
import { RUNGS, type Rung } from './body.ts';

const WORDS: Readonly<Record<Rung, readonly [name: string, means: string]>> = {
  recommend: ['Recommend', 'Shows what it would do, and changes nothing.'],
  propose: ['Propose', 'Each change waits for a person, who approves or declines it.'],
  limited: ['Auto, within limits', 'Changes go by themselves, so far at once, one way only, or at certain hours.'],
  auto: ['Auto', 'Changes go by themselves, held by the guardrails alone.'],
};

interface Props {
  readonly rung: Rung;
  readonly ladder: Recommendations['ladder'];
  readonly onRung: (rung: Rung) => void;
}

export function RungChoice({ rung, ladder, onRung }: Props) {
  return (
    <fieldset class="rung-choice">
      <legend>How far it may go</legend>
      {RUNGS.map((one) => (
        <label key={one} class={one === rung ? 'chosen' : ''}>
          <input type="radio" name="rung" value={one} checked={one === rung} onChange={() => onRung(one)} />
          <span>
            <strong>{WORDS[one][0]}</strong>
            {one === ladder.rung && <span class="tag">now</span>}
            {one === ladder.next && <span class="tag">next</span>}
            <br />
            <span class="faint">{WORDS[one][1]}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
