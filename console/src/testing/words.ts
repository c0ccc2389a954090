import { catalogueOf } from '../messages';

// Outside a browser nobody chooses a language: English is there before a test asks for a word.
await catalogueOf('en');
