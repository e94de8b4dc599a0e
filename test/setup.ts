import fc from 'fast-check';

// Generated cases are the same in every run, so that a change is judged by what it changed. `FC_SEED=random npm test`
// looks for new ones; what it finds becomes a case of its own beside the property.
const seed = process.env['FC_SEED'] ?? '20261124';
if (seed !== 'random') fc.configureGlobal({ seed: Number(seed) });
