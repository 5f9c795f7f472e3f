CREATE TABLE "conversations" ( "id" TEXT PRIMARY KEY, "name" TEXT, "model" TEXT );
CREATE TABLE "attachments" ( "id" TEXT PRIMARY KEY, "type" TEXT, "path" TEXT, "url" TEXT, "content" BLOB );
CREATE TABLE "prompt_attachments" ( "response_id" TEXT REFERENCES "responses"("id"), "attachment_id" TEXT REFERENCES "attachments"("id"), "order" INTEGER, PRIMARY KEY ("response_id", "attachment_id") );
CREATE TABLE "responses" ( "id" TEXT PRIMARY KEY, "model" TEXT, "prompt" TEXT, "system" TEXT, "prompt_json" TEXT, "options_json" TEXT, "response" TEXT, "response_json" TEXT, "conversation_id" TEXT REFERENCES "conversations"("id"), "duration_ms" INTEGER, "datetime_utc" TEXT, "input_tokens" INTEGER, "output_tokens" INTEGER, "token_details" TEXT, "schema_id" TEXT REFERENCES "schemas"("id") , "resolved_model" TEXT);
CREATE TABLE "fragments" ( "id" INTEGER PRIMARY KEY, "hash" TEXT, "content" TEXT, "datetime_utc" TEXT, "source" TEXT );
CREATE TABLE "prompt_fragments" ( "response_id" TEXT REFERENCES "responses"("id"), "fragment_id" INTEGER REFERENCES "fragments"("id"), "order" INTEGER, PRIMARY KEY ("response_id", "fragment_id", "order") );
CREATE TABLE "system_fragments" ( "response_id" TEXT REFERENCES "responses"("id"), "fragment_id" INTEGER REFERENCES "fragments"("id"), "order" INTEGER, PRIMARY KEY ("response_id", "fragment_id", "order") );
CREATE TABLE "tools" ( "id" INTEGER PRIMARY KEY, "hash" TEXT, "name" TEXT, "description" TEXT, "input_schema" TEXT , "plugin" TEXT);
CREATE TABLE "tool_responses" ( "tool_id" INTEGER REFERENCES "tools"("id"), "response_id" TEXT REFERENCES "responses"("id"), PRIMARY KEY ("tool_id", "response_id") );
CREATE TABLE "tool_calls" ( "id" INTEGER PRIMARY KEY, "response_id" TEXT REFERENCES "responses"("id"), "tool_id" INTEGER REFERENCES "tools"("id"), "name" TEXT, "arguments" TEXT, "tool_call_id" TEXT );
CREATE TABLE "tool_results" ( "id" INTEGER PRIMARY KEY, "response_id" TEXT REFERENCES "responses"("id"), "tool_id" INTEGER REFERENCES "tools"("id"), "name" TEXT, "output" TEXT, "tool_call_id" TEXT, "instance_id" INTEGER REFERENCES "tool_instances"("id") , "exception" TEXT);
INSERT INTO [conversations] VALUES('01m86yktq6zgsmh2kar19v99g3','Tell of Mars.','scripted');
INSERT INTO [conversations] VALUES('01m86ykwnpnpdncam97bmhtvfd','A fragment that is long enough …','scripted');
INSERT INTO [conversations] VALUES('01m86ykxgwr2dkzc0jpy1q1qfx','Tell of Mars.','scripted');
INSERT INTO [conversations] VALUES('01m86ykybedzbj05xpd5vsfk3v','Tell of Mars.','scripted');
INSERT INTO [conversations] VALUES('01m86ykz0bc03ns6rykmnrbt3f','hello','echo');
INSERT INTO [conversations] VALUES('01m86ykzkstwms0fwp1j1kjs3g','{"tool_calls":[{"name":"llm_ver…','echo');
INSERT INTO [conversations] VALUES('01m86ym08fcqsn7qdwmeme5d2j','look','echo');
INSERT INTO [responses] VALUES('01m86yktgkx472k2b0zgf7t3ze','scripted','Tell of Mars.','You tell stories.','{"messages": [{"role": "system", "content": "You tell stories."}, {"role": "user", "content": "Tell of Mars."}]}','{"temperature": 0.7, "max_tokens": 12, "seed": 123}','A story told after ''Tell of Mars.'': in the year 2050, a team of young botanists landed on Mars. Take 1.','{"id": "chatcmpl-73bdabb48a373dfd", "choices": [{"finish_reason": "stop", "index": 0, "message": {"content": {"$": "r:01m86yktgkx472k2b0zgf7t3ze"}, "role": "assistant"}}], "created": 1795000005, "model": "scripted-1-0711", "object": "chat.completion", "system_fingerprint": "fp_scripted1", "usage": {"completion_tokens": 20, "prompt_tokens": 11, "total_tokens": 31, "prompt_tokens_details": {"cached_tokens": 4}}}','01m86yktq6zgsmh2kar19v99g3',210,'2026-11-24T14:16:03.347388+00:00',11,20,'{"prompt_tokens_details": {"cached_tokens": 4}}',NULL,NULL);
INSERT INTO [responses] VALUES('01m86ykvcfp5nfvdqyhjh9tx55','scripted','And then?',NULL,'{"messages": [{"role": "system", "content": "You tell stories."}, {"role": "user", "content": "Tell of Mars."}, {"role": "assistant", "content": "A story told after ''Tell of Mars.'': in the year 2050, a team of young botanists landed on Mars. Take 1."}, {"role": "user", "content": "And then?"}]}','{}','A story told after ''And then?'': in the year 2050, a team of young botanists landed on Mars. Take 0.','{"content": {"$": "r:01m86ykvcfp5nfvdqyhjh9tx55"}, "finish_reason": "stop", "usage": {"completion_tokens": 20, "prompt_tokens": 11, "total_tokens": 31, "prompt_tokens_details": {"cached_tokens": 4}}, "id": "chatcmpl-c1ac87b4c42649a3", "object": "chat.completion.chunk", "model": "scripted-1-0711", "created": 1795000006}','01m86yktq6zgsmh2kar19v99g3',200,'2026-11-24T14:16:04.239499+00:00',11,20,'{"prompt_tokens_details": {"cached_tokens": 4}}',NULL,NULL);
INSERT INTO [responses] VALUES('01m86ykwff2sm9vdfygj3dxeqa','scripted','Say it short.',NULL,'{"messages": [{"role": "system", "content": {"$": "f1"}}, {"role": "user", "content": {"$r": [{"$": "f1"}, "\nSay it short."]}}]}','{"max_tokens": 20}','A story told after ''A fragment that is long enough'': in the year 2050, a team of young botanists landed on Mars. Take 1.','{"content": {"$": "r:01m86ykwff2sm9vdfygj3dxeqa"}, "finish_reason": "stop", "usage": {"completion_tokens": 20, "prompt_tokens": 11, "total_tokens": 31, "prompt_tokens_details": {"cached_tokens": 4}}, "id": "chatcmpl-98762e758881e864", "object": "chat.completion.chunk", "model": "scripted-1-0711", "created": 1795000007}','01m86ykwnpnpdncam97bmhtvfd',198,'2026-11-24T14:16:05.359626+00:00',11,20,'{"prompt_tokens_details": {"cached_tokens": 4}}',NULL,NULL);
INSERT INTO [responses] VALUES('01m86ykxae9nttgkbj3s3atre3','scripted','Tell of Mars.',NULL,'{"messages": [{"role": "user", "content": "Tell of Mars."}]}','{"seed": 5}','A story told after ''Tell of Mars.'': in the year 2050, a team of young botanists landed on Mars. Take 0.','{"content": {"$": "r:01m86ykxae9nttgkbj3s3atre3"}, "finish_reason": "stop", "usage": {"completion_tokens": 20, "prompt_tokens": 11, "total_tokens": 31, "prompt_tokens_details": {"cached_tokens": 4}}, "id": "chatcmpl-06d5b02927d0734b", "object": "chat.completion.chunk", "model": "scripted-1-0711", "created": 1795000008}','01m86ykxgwr2dkzc0jpy1q1qfx',205,'2026-11-24T14:16:06.222513+00:00',11,20,'{"prompt_tokens_details": {"cached_tokens": 4}}',NULL,NULL);
INSERT INTO [responses] VALUES('01m86yky53ghb24cnpet81k19s','scripted','Tell of Mars.',NULL,'{"messages": [{"role": "user", "content": "Tell of Mars."}]}','{"seed": 5}','A story told after ''Tell of Mars.'': in the year 2050, a team of young botanists landed on Mars. Take 1.','{"content": {"$": "r:01m86yky53ghb24cnpet81k19s"}, "finish_reason": "stop", "usage": {"completion_tokens": 20, "prompt_tokens": 11, "total_tokens": 31, "prompt_tokens_details": {"cached_tokens": 4}}, "id": "chatcmpl-62dc3ccb3d1a7f66", "object": "chat.completion.chunk", "model": "scripted-1-0711", "created": 1795000009}','01m86ykybedzbj05xpd5vsfk3v',202,'2026-11-24T14:16:07.075493+00:00',11,20,'{"prompt_tokens_details": {"cached_tokens": 4}}',NULL,NULL);
INSERT INTO [responses] VALUES('01m86ykz0bc03ns6rykmnrbt3e','echo','hello','sys',NULL,'{}','{
  "prompt": "hello",
  "system": "sys",
  "attachments": [],
  "stream": true,
  "previous": []
}',NULL,'01m86ykz0bc03ns6rykmnrbt3f',0,'2026-11-24T14:16:07.947067+00:00',1,12,NULL,NULL,NULL);
INSERT INTO [responses] VALUES('01m86ykzkvbyafmdxq4pckqgdr','echo','{"tool_calls":[{"name":"llm_version"}],"prompt":"x"}',NULL,NULL,'{}','{
  "prompt": "x",
  "system": "",
  "attachments": [],
  "stream": true,
  "previous": []
}',NULL,'01m86ykzkstwms0fwp1j1kjs3g',0,'2026-11-24T14:16:08.571854+00:00',1,12,NULL,NULL,NULL);
INSERT INTO [responses] VALUES('01m86ykzkxa2fqn1saebn0qyxd','echo','',NULL,NULL,'{}','{
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
      "output": "0.27.1",
      "tool_call_id": null
    }
  ]
}',NULL,'01m86ykzkstwms0fwp1j1kjs3g',0,'2026-11-24T14:16:08.573141+00:00',0,28,NULL,NULL,NULL);
INSERT INTO [responses] VALUES('01m86ym08edp1grb50dayj67y9','echo','look',NULL,NULL,'{}','{
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
}',NULL,'01m86ym08fcqsn7qdwmeme5d2j',0,'2026-11-24T14:16:09.230692+00:00',1,23,NULL,NULL,NULL);
INSERT INTO [prompt_fragments] VALUES('01m86ykwff2sm9vdfygj3dxeqa',1,0);
INSERT INTO [system_fragments] VALUES('01m86ykwff2sm9vdfygj3dxeqa',1,0);
INSERT INTO [prompt_attachments] VALUES('01m86ym08edp1grb50dayj67y9','c2153f77e11087fcb078ae38527fa83bef29791e3700e30cc87fec4405a66d0f',0);
INSERT INTO [tool_responses] VALUES(1,'01m86ykzkvbyafmdxq4pckqgdr');
INSERT INTO [tool_responses] VALUES(1,'01m86ykzkxa2fqn1saebn0qyxd');
INSERT INTO [tool_calls] VALUES(1,'01m86ykzkvbyafmdxq4pckqgdr',1,'llm_version','{}',NULL);
INSERT INTO [tool_results] VALUES(1,'01m86ykzkxa2fqn1saebn0qyxd',1,'llm_version','0.27.1',NULL,NULL,NULL);
INSERT INTO [fragments] VALUES(1,'6233f236ad11379c5f633cc0fa42535fe09d718de63321456fd71e5ae94a4865','A fragment that is long enough to be worth a reference of its own, in sixty-four characters.','2026-11-24 14:16:05','/home/me/frag.txt');
INSERT INTO [attachments] VALUES('c2153f77e11087fcb078ae38527fa83bef29791e3700e30cc87fec4405a66d0f','image/png','/home/me/a.png',NULL,NULL);
INSERT INTO [tools] VALUES(1,'0b74aaa30fdc791cd960bf5adbdd3dffe7f160a781b7546cdbe7fdebd1e78351','llm_version','Return the installed version of llm','{"properties": {}, "type": "object"}','llm.default_plugins.default_tools');
