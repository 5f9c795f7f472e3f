CREATE TABLE "logs" (
   "id" INTEGER PRIMARY KEY,
   "model" TEXT,
   "prompt" TEXT,
   "system" TEXT,
   "prompt_json" TEXT,
   "options_json" TEXT,
   "response" TEXT,
   "response_json" TEXT,
   "reply_to_id" INTEGER REFERENCES "logs"("id"),
   "chat_id" INTEGER,
   "duration_ms" INTEGER,
   "datetime_utc" TEXT
);
INSERT INTO "logs" VALUES(1,'gpt-3.5-turbo','Name a planet.','Be short.',NULL,NULL,'Mars.',NULL,NULL,NULL,812,'2023-06-17 10:00:00.123456');
INSERT INTO "logs" VALUES(2,'gpt-3.5-turbo','Another.',NULL,NULL,NULL,'Venus.',NULL,NULL,1,700,'2023-06-17 10:00:05.000001');
INSERT INTO "logs" VALUES(3,'gpt-4','Name a planet.',NULL,NULL,NULL,'Mars.',NULL,NULL,NULL,NULL,NULL);
