import client from './index.js';

export const { ghost, GhostError } = client;
export default ghost;
