-- When a delivery's cosignature came to be stored here: no later can it have been made, whatever time it states. Unknown for those from before.
ALTER TABLE deliveries ADD COLUMN arrived INTEGER;
