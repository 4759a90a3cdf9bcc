/* SPDX-License-Identifier: MIT */
/* notify: tells the manager of services, where one started us, how we are. */
#pragma once

/* "READY=1", "STOPPING=1". Nothing happens where nobody wants to know. */
void notify(const char *state);

/* That we go on; as often as the manager wants, however often it is called. */
void notify_alive(void);
