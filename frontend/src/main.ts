import { showCreate } from './pages/create.ts';
import { showLogin } from './pages/login.ts';
import { showRenew } from './pages/renew.ts';
import { showRestart } from './pages/restart.ts';
import { route } from './router.ts';
import { learnWords } from './texts/index.ts';
import { build } from './ui/shell.ts';
import { wipeOnLeaving } from './ui/stage.ts';

await learnWords();
build(true);
wipeOnLeaving(showRestart);
route({ '/': showCreate, '/login': showLogin, '/renew': showRenew });
