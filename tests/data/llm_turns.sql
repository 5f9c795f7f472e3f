CREATE TABLE "conversations" ( "id" TEXT PRIMARY KEY, "name" TEXT, "model" TEXT );
CREATE TABLE "attachments" ( "id" TEXT PRIMARY KEY, "type" TEXT, "path" TEXT, "url" TEXT, "content" BLOB );
CREATE TABLE "responses" ( "id" TEXT PRIMARY KEY, "model" TEXT, "prompt" TEXT, "system" TEXT, "prompt_json" TEXT, "options_json" TEXT, "response" TEXT, "response_json" TEXT, "conversation_id" TEXT REFERENCES "conversations"("id"), "duration_ms" INTEGER, "datetime_utc" TEXT, "input_tokens" INTEGER, "output_tokens" INTEGER, "token_details" TEXT, "schema_id" TEXT REFERENCES "schemas"("id") , "resolved_model" TEXT, "reasoning" TEXT);
CREATE TABLE "fragments" ( "id" INTEGER PRIMARY KEY, "hash" TEXT, "content" TEXT, "datetime_utc" TEXT, "source" TEXT );
CREATE TABLE "tools" ( "id" INTEGER PRIMARY KEY, "hash" TEXT, "name" TEXT, "description" TEXT, "input_schema" TEXT , "plugin" TEXT);
CREATE TABLE "messages" ( "hash" TEXT PRIMARY KEY, "parent_hash" TEXT REFERENCES "messages"("hash"), "role" TEXT, "provider_metadata" TEXT );
CREATE TABLE "parts" ( "id" INTEGER PRIMARY KEY, "message_hash" TEXT REFERENCES "messages"("hash"), "position" INTEGER, "type" TEXT, "tool_name" TEXT, "text" TEXT, "payload" TEXT );
CREATE TABLE "part_attachments" ( "part_id" INTEGER REFERENCES "parts"("id"), "attachment_id" TEXT REFERENCES "attachments"("id"), "order" INTEGER, PRIMARY KEY ("part_id", "attachment_id", "order") );
CREATE TABLE "part_fragments" ( "part_id" INTEGER REFERENCES "parts"("id"), "fragment_id" INTEGER REFERENCES "fragments"("id"), "order" INTEGER, PRIMARY KEY ("part_id", "fragment_id", "order") );
CREATE TABLE "threads" ( "id" TEXT PRIMARY KEY, "name" TEXT, "tip_message_hash" TEXT REFERENCES "messages"("hash"), "forked_from" TEXT REFERENCES "threads"("id"), "datetime_utc" TEXT );
CREATE TABLE "turns" ( "id" TEXT PRIMARY KEY, "thread_id" TEXT REFERENCES "threads"("id"), "parent_message_hash" TEXT REFERENCES "messages"("hash"), "tip_message_hash" TEXT REFERENCES "messages"("hash"), "model" TEXT, "resolved_model" TEXT, "options_json" TEXT, "schema_id" TEXT REFERENCES "schemas"("id"), "input_tokens" INTEGER, "output_tokens" INTEGER, "token_details" TEXT, "duration_ms" INTEGER, "datetime_utc" TEXT , "response_json" TEXT);
INSERT INTO [threads] VALUES('01m86ykj5haq07njpmdc22qera','Tell of Mars.','b2:19e43a695cf002c0e427078f8d5b14a2',NULL,'2026-11-24 14:15:55.803269+00:00');
INSERT INTO [threads] VALUES('01m86ykmxrehst6yj732ag868f','A fragment that is long enough …','b2:83e01e6032be5722b77fc7723cd8fc4d',NULL,'2026-11-24 14:15:57.717932+00:00');
INSERT INTO [threads] VALUES('01m86yknypff0km99955tcm11p','Tell of Mars.','b2:993f0cb508512ded297fb8ca61dc38b5',NULL,'2026-11-24 14:15:58.778949+00:00');
INSERT INTO [threads] VALUES('01m86ykq35jvmxgdd0kekhjnjf','Tell of Mars.','b2:a9582f30679714b19a90a9b232d51a24',NULL,'2026-11-24 14:15:59.938120+00:00');
INSERT INTO [threads] VALUES('01m86ykr0w251281jvqc3wkr3p','hello','b2:e2c31abe48e6e3a1f9ba1da7faf1d156',NULL,'2026-11-24 14:16:00.798914+00:00');
INSERT INTO [threads] VALUES('01m86ykrvkjfw0bsvvh3y53a04','{"tool_calls":[{"name":"llm_ver…','b2:0a8ddd07bf3c199a56ca7d05ba6cd0bd',NULL,'2026-11-24 14:16:01.655369+00:00');
INSERT INTO [threads] VALUES('01m86yksnbb9bxd8ctwxdr19x2','look','b2:d64584a8b93f35103f92256d45070dac',NULL,'2026-11-24 14:16:02.477597+00:00');
INSERT INTO [turns] VALUES('01m86ykj5k02snx4v6ahecszbk','01m86ykj5haq07njpmdc22qera','b2:4ebd57ec0b83e175d53620b1226d2ce3','b2:978670ed7e18c5eaf0e562abbbbe4015','scripted',NULL,'{"temperature": 0.7, "max_tokens": 12, "seed": 123}',NULL,11,20,'{"prompt_tokens_details": {"cached_tokens": 4}}',999,'2026-11-24T14:15:54.803226+00:00','{"id": "chatcmpl-359e92c4051d3b69", "choices": [{"finish_reason": "stop", "index": 0, "message": {"content": {"$": "0.0.text"}, "role": "assistant"}}], "created": 1795000000, "model": "scripted-1-0711", "object": "chat.completion", "system_fingerprint": "fp_scripted1", "usage": {"completion_tokens": 20, "prompt_tokens": 11, "total_tokens": 31, "prompt_tokens_details": {"cached_tokens": 4}}}');
INSERT INTO [turns] VALUES('01m86ykm02mmx8x6xbaaksam3k','01m86ykj5haq07njpmdc22qera','b2:1126176f21790747e912a47f7bd7b204','b2:19e43a695cf002c0e427078f8d5b14a2','scripted',NULL,NULL,NULL,11,20,'{"prompt_tokens_details": {"cached_tokens": 4}}',98,'2026-11-24T14:15:56.674503+00:00','{"content": {"$": "0.0.text"}, "finish_reason": "stop", "usage": {"completion_tokens": 20, "prompt_tokens": 11, "total_tokens": 31, "prompt_tokens_details": {"cached_tokens": 4}}, "id": "chatcmpl-c482c5688dd64b8e", "object": "chat.completion.chunk", "model": "scripted-1-0711", "created": 1795000001}');
INSERT INTO [turns] VALUES('01m86ykmxtrgh2wbm5fav5c2sg','01m86ykmxrehst6yj732ag868f','b2:cc40a22220ac9ca5b85caa173ea3adf2','b2:83e01e6032be5722b77fc7723cd8fc4d','scripted',NULL,'{"max_tokens": 20}',NULL,11,20,'{"prompt_tokens_details": {"cached_tokens": 4}}',90,'2026-11-24T14:15:57.626252+00:00','{"content": {"$": "0.0.text"}, "finish_reason": "stop", "usage": {"completion_tokens": 20, "prompt_tokens": 11, "total_tokens": 31, "prompt_tokens_details": {"cached_tokens": 4}}, "id": "chatcmpl-fe2dd23e444a660e", "object": "chat.completion.chunk", "model": "scripted-1-0711", "created": 1795000002}');
INSERT INTO [turns] VALUES('01m86yknyrbcwenw2c5kzr8915','01m86yknypff0km99955tcm11p','b2:32fae448bb8b3f87e06d918f24ae5d35','b2:993f0cb508512ded297fb8ca61dc38b5','scripted',NULL,'{"seed": 5}',NULL,11,20,'{"prompt_tokens_details": {"cached_tokens": 4}}',98,'2026-11-24T14:15:58.680215+00:00','{"content": {"$": "0.0.text"}, "finish_reason": "stop", "usage": {"completion_tokens": 20, "prompt_tokens": 11, "total_tokens": 31, "prompt_tokens_details": {"cached_tokens": 4}}, "id": "chatcmpl-60aea23903266139", "object": "chat.completion.chunk", "model": "scripted-1-0711", "created": 1795000003}');
INSERT INTO [turns] VALUES('01m86ykq36nsqfgdgmc02ns755','01m86ykq35jvmxgdd0kekhjnjf','b2:32fae448bb8b3f87e06d918f24ae5d35','b2:a9582f30679714b19a90a9b232d51a24','scripted',NULL,'{"seed": 5}',NULL,11,20,'{"prompt_tokens_details": {"cached_tokens": 4}}',90,'2026-11-24T14:15:59.846632+00:00','{"content": {"$": "0.0.text"}, "finish_reason": "stop", "usage": {"completion_tokens": 20, "prompt_tokens": 11, "total_tokens": 31, "prompt_tokens_details": {"cached_tokens": 4}}, "id": "chatcmpl-588e50ec83c45611", "object": "chat.completion.chunk", "model": "scripted-1-0711", "created": 1795000004}');
INSERT INTO [turns] VALUES('01m86ykr0yymvj12m6tqeewx84','01m86ykr0w251281jvqc3wkr3p','b2:6893e2080a10e9fc8f7da44864c9f7f3','b2:e2c31abe48e6e3a1f9ba1da7faf1d156','echo',NULL,NULL,NULL,2,12,NULL,0,'2026-11-24T14:16:00.798090+00:00',NULL);
INSERT INTO [turns] VALUES('01m86ykrvnfvgrdwcbjk8dvdz2','01m86ykrvkjfw0bsvvh3y53a04','b2:484b42d799346edc7ffdc6cffe01d1b7','b2:c97643960a6344cf83e3766a3be5ee06','echo',NULL,NULL,NULL,1,12,NULL,0,'2026-11-24T14:16:01.653302+00:00',NULL);
INSERT INTO [turns] VALUES('01m86ykrvpcvydv24ktq30afbx','01m86ykrvkjfw0bsvvh3y53a04','b2:a845bca61435ba0140bf9b7ce302f97f','b2:0a8ddd07bf3c199a56ca7d05ba6cd0bd','echo',NULL,NULL,NULL,1,28,NULL,0,'2026-11-24T14:16:01.654689+00:00',NULL);
INSERT INTO [turns] VALUES('01m86yksnczmdk6tb1g5647cgr','01m86yksnbb9bxd8ctwxdr19x2','b2:49b060dea63ccb99bcfeeaeb0c35324e','b2:d64584a8b93f35103f92256d45070dac','echo',NULL,NULL,NULL,1,23,NULL,0,'2026-11-24T14:16:02.476689+00:00',NULL);
INSERT INTO [messages] VALUES('b2:5b66f965c2ccc2436119a939505e032c',NULL,'system',NULL);
INSERT INTO [messages] VALUES('b2:4ebd57ec0b83e175d53620b1226d2ce3','b2:5b66f965c2ccc2436119a939505e032c','user',NULL);
INSERT INTO [messages] VALUES('b2:978670ed7e18c5eaf0e562abbbbe4015','b2:4ebd57ec0b83e175d53620b1226d2ce3','assistant',NULL);
INSERT INTO [messages] VALUES('b2:1126176f21790747e912a47f7bd7b204','b2:978670ed7e18c5eaf0e562abbbbe4015','user',NULL);
INSERT INTO [messages] VALUES('b2:19e43a695cf002c0e427078f8d5b14a2','b2:1126176f21790747e912a47f7bd7b204','assistant',NULL);
INSERT INTO [messages] VALUES('b2:a6dbea6f2f7e2d50585547d674d6a86f',NULL,'system',NULL);
INSERT INTO [messages] VALUES('b2:cc40a22220ac9ca5b85caa173ea3adf2','b2:a6dbea6f2f7e2d50585547d674d6a86f','user',NULL);
INSERT INTO [messages] VALUES('b2:83e01e6032be5722b77fc7723cd8fc4d','b2:cc40a22220ac9ca5b85caa173ea3adf2','assistant',NULL);
INSERT INTO [messages] VALUES('b2:32fae448bb8b3f87e06d918f24ae5d35',NULL,'user',NULL);
INSERT INTO [messages] VALUES('b2:993f0cb508512ded297fb8ca61dc38b5','b2:32fae448bb8b3f87e06d918f24ae5d35','assistant',NULL);
INSERT INTO [messages] VALUES('b2:a9582f30679714b19a90a9b232d51a24','b2:32fae448bb8b3f87e06d918f24ae5d35','assistant',NULL);
INSERT INTO [messages] VALUES('b2:91f165e822b32bd578f1f5e930c232c0',NULL,'system',NULL);
INSERT INTO [messages] VALUES('b2:6893e2080a10e9fc8f7da44864c9f7f3','b2:91f165e822b32bd578f1f5e930c232c0','user',NULL);
INSERT INTO [messages] VALUES('b2:e2c31abe48e6e3a1f9ba1da7faf1d156','b2:6893e2080a10e9fc8f7da44864c9f7f3','assistant',NULL);
INSERT INTO [messages] VALUES('b2:484b42d799346edc7ffdc6cffe01d1b7',NULL,'user',NULL);
INSERT INTO [messages] VALUES('b2:c97643960a6344cf83e3766a3be5ee06','b2:484b42d799346edc7ffdc6cffe01d1b7','assistant',NULL);
INSERT INTO [messages] VALUES('b2:a845bca61435ba0140bf9b7ce302f97f','b2:c97643960a6344cf83e3766a3be5ee06','tool',NULL);
INSERT INTO [messages] VALUES('b2:0a8ddd07bf3c199a56ca7d05ba6cd0bd','b2:a845bca61435ba0140bf9b7ce302f97f','assistant',NULL);
INSERT INTO [messages] VALUES('b2:49b060dea63ccb99bcfeeaeb0c35324e',NULL,'user',NULL);
INSERT INTO [messages] VALUES('b2:d64584a8b93f35103f92256d45070dac','b2:49b060dea63ccb99bcfeeaeb0c35324e','assistant',NULL);
INSERT INTO [parts] VALUES(1,'b2:5b66f965c2ccc2436119a939505e032c',0,'text',NULL,'You tell stories.',NULL);
INSERT INTO [parts] VALUES(2,'b2:4ebd57ec0b83e175d53620b1226d2ce3',0,'text',NULL,'Tell of Mars.',NULL);
INSERT INTO [parts] VALUES(3,'b2:978670ed7e18c5eaf0e562abbbbe4015',0,'text',NULL,'A story told after ''Tell of Mars.'': in the year 2050, a team of young botanists landed on Mars. Take 0.',NULL);
INSERT INTO [parts] VALUES(4,'b2:1126176f21790747e912a47f7bd7b204',0,'text',NULL,'And then?',NULL);
INSERT INTO [parts] VALUES(5,'b2:19e43a695cf002c0e427078f8d5b14a2',0,'text',NULL,'A story told after ''And then?'': in the year 2050, a team of young botanists landed on Mars. Take 1.',NULL);
INSERT INTO [parts] VALUES(6,'b2:a6dbea6f2f7e2d50585547d674d6a86f',0,'text',NULL,NULL,'{"text_ref": [{"fragment": 1}]}');
INSERT INTO [parts] VALUES(7,'b2:cc40a22220ac9ca5b85caa173ea3adf2',0,'text',NULL,NULL,'{"text_ref": [{"fragment": 1}, {"literal": "\nSay it short."}]}');
INSERT INTO [parts] VALUES(8,'b2:83e01e6032be5722b77fc7723cd8fc4d',0,'text',NULL,'A story told after ''A fragment that is long enough'': in the year 2050, a team of young botanists landed on Mars. Take 2.',NULL);
INSERT INTO [parts] VALUES(9,'b2:32fae448bb8b3f87e06d918f24ae5d35',0,'text',NULL,'Tell of Mars.',NULL);
INSERT INTO [parts] VALUES(10,'b2:993f0cb508512ded297fb8ca61dc38b5',0,'text',NULL,'A story told after ''Tell of Mars.'': in the year 2050, a team of young botanists landed on Mars. Take 1.',NULL);
INSERT INTO [parts] VALUES(11,'b2:a9582f30679714b19a90a9b232d51a24',0,'text',NULL,'A story told after ''Tell of Mars.'': in the year 2050, a team of young botanists landed on Mars. Take 0.',NULL);
INSERT INTO [parts] VALUES(12,'b2:91f165e822b32bd578f1f5e930c232c0',0,'text',NULL,'sys',NULL);
INSERT INTO [parts] VALUES(13,'b2:6893e2080a10e9fc8f7da44864c9f7f3',0,'text',NULL,'hello',NULL);
INSERT INTO [parts] VALUES(14,'b2:e2c31abe48e6e3a1f9ba1da7faf1d156',0,'text',NULL,'{
  "prompt": "hello",
  "system": "sys",
  "attachments": [],
  "stream": true,
  "previous": []
}',NULL);
INSERT INTO [parts] VALUES(15,'b2:484b42d799346edc7ffdc6cffe01d1b7',0,'text',NULL,'{"tool_calls":[{"name":"llm_version"}],"prompt":"x"}',NULL);
INSERT INTO [parts] VALUES(16,'b2:c97643960a6344cf83e3766a3be5ee06',0,'text',NULL,'{
  "prompt": "x",
  "system": "",
  "attachments": [],
  "stream": true,
  "previous": []
}',NULL);
INSERT INTO [parts] VALUES(17,'b2:c97643960a6344cf83e3766a3be5ee06',1,'tool_call','llm_version',NULL,'{"name": "llm_version", "arguments": {}, "tool_call_id": "tc_01m86ykrvnfvgrdwcbjk8dvdz3"}');
INSERT INTO [parts] VALUES(18,'b2:a845bca61435ba0140bf9b7ce302f97f',0,'tool_result','llm_version',NULL,'{"name": "llm_version", "output": "0.36", "tool_call_id": "tc_01m86ykrvnfvgrdwcbjk8dvdz3"}');
INSERT INTO [parts] VALUES(19,'b2:0a8ddd07bf3c199a56ca7d05ba6cd0bd',0,'text',NULL,'{
  "prompt": "",
  "system": "",
  "attachments": [],
  "stream": true,
  "previous": [
    {
      "prompt": "{\"tool_calls\":[{\"name\":\"llm_version\"}],\"prompt\":\"x\"}"
    }
  ],
  "tool_results": [
    {
      "name": "llm_version",
      "output": "0.36",
      "tool_call_id": "tc_01m86ykrvnfvgrdwcbjk8dvdz3"
    }
  ]
}',NULL);
INSERT INTO [parts] VALUES(20,'b2:49b060dea63ccb99bcfeeaeb0c35324e',0,'text',NULL,'look',NULL);
INSERT INTO [parts] VALUES(21,'b2:49b060dea63ccb99bcfeeaeb0c35324e',1,'attachment',NULL,NULL,'{"attachment": {"id": "c2153f77e11087fcb078ae38527fa83bef29791e3700e30cc87fec4405a66d0f"}}');
INSERT INTO [parts] VALUES(22,'b2:d64584a8b93f35103f92256d45070dac',0,'text',NULL,'{
  "prompt": "look",
  "system": "",
  "attachments": [
    {
      "type": "image/png",
      "path": "/home/me/a.png",
      "url": null,
      "id": "c2153f77e11087fcb078ae38527fa83bef29791e3700e30cc87fec4405a66d0f"
    }
  ],
  "stream": true,
  "previous": []
}',NULL);
INSERT INTO [part_attachments] VALUES(21,'c2153f77e11087fcb078ae38527fa83bef29791e3700e30cc87fec4405a66d0f',0);
INSERT INTO [part_fragments] VALUES(6,1,0);
INSERT INTO [part_fragments] VALUES(7,1,0);
INSERT INTO [fragments] VALUES(1,'6233f236ad11379c5f633cc0fa42535fe09d718de63321456fd71e5ae94a4865','A fragment that is long enough to be worth a reference of its own, in sixty-four characters.','2026-11-24 14:15:57','/home/me/frag.txt');
INSERT INTO [attachments] VALUES('c2153f77e11087fcb078ae38527fa83bef29791e3700e30cc87fec4405a66d0f','image/png','/home/me/a.png',NULL,NULL);
INSERT INTO [tools] VALUES(1,'0b74aaa30fdc791cd960bf5adbdd3dffe7f160a781b7546cdbe7fdebd1e78351','llm_version','Return the installed version of llm','{"properties": {}, "type": "object"}','llm.default_plugins.default_tools');
