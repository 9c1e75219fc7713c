/** The state as it fits the contract, whatever somebody's plans have in them. */
import { ceremonyState, consoleState, type ConsoleState } from '../../ipc/state.ts';

/** Most ceremonies that a window is told about; the others are on the disk. */
const MAX_CEREMONIES = 200;

/**
 * The state without what does not fit the contract: names and numbers in it come from plans, and anybody can make one. A
 * window that is told nothing at all would be the worst answer.
 */
export function fitted(state: ConsoleState): ConsoleState {
  const ceremonies = state.ceremonies.slice(0, MAX_CEREMONIES);
  if (consoleState.safeParse({ ...state, ceremonies }).success) return { ...state, ceremonies };
  const shown = ceremonies.filter((ceremony) => ceremonyState.safeParse(ceremony).success);
  const left = ceremonies.length - shown.length;
  const notice = {
    id: -1,
    at: '',
    sentence: `${left} ceremon${left === 1 ? 'y' : 'ies'} cannot be shown in a window: the plan is too large for it. The command line shows it.`,
  };
  return { ...state, ceremonies: shown, notices: left === 0 ? state.notices : [...state.notices, notice] };
}
