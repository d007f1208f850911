import { serve } from '../shared/http/serve.ts';
import { build } from './app.ts';

await serve(build);
