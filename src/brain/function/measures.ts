import { measure } from '../../dossier/code.ts';

export const functionMeasures = {
  motion: measure('framewise-displacement', 'Motion from volume to volume, mean'),
  tsnr: measure('temporal-snr', 'Signal over its noise in time, median'),
  activation: measure('task-activation', 'Largest t of a task contrast'),
  painRegion: measure('task-pain-region', 'Mean t of a task contrast in a region that pain activates'),
  registration: measure('run-template-correlation', 'How well the run lies on the template'),
  reliability: measure('connectome-reliability', 'How well the connectome repeats, from split halves'),
  network: measure('network-connectivity', 'Connectivity within a network, mean z'),
  circuit: measure('circuit-connectivity', 'Connectivity of a circuit, mean z'),
  networkPair: measure('network-pair-connectivity', 'Connectivity between two networks, z'),
  ownNetworks: measure('own-networks-agreement', 'Voxels given the same network by either half of the run'),
} as const;

export const functionRoles = {
  t: 'task-t-map',
  effect: 'task-effect-map',
  connectome: 'connectome-table',
  ownNetworks: 'own-networks',
  confidence: 'own-networks-confidence',
  snapshot: 'snapshot',
} as const;
