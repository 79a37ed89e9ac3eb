export { didYouMean } from '../../base/nearest.ts';
