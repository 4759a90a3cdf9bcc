/* SPDX-License-Identifier: MIT */
/* terminal: the screen and the keyboard through ncurses, which nothing else knows. */
#include "top/terminal.h"

#include <curses.h>
#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <unistd.h>

#include "top/keyboard.h"
#include "top/rescue.h"
#include "top/theme.h"

#define RESCUE_TEXT 512

/* xterm's: presses and releases, and their places in decimals without a limit. */
#define MOUSE_ON "\033[?1000h\033[?1006h"
#define MOUSE_OFF "\033[?1006l\033[?1000l"

struct terminal {
	SCREEN *screen;
	struct keyboard *keyboard;
	bool has_colors;
	bool is_gone;
	const struct palette *palette;
	struct canvas shown; /* what ncurses was given last */
	bool stale;          /* `shown` is not what it says */
	cchar_t *row;        /* a row on its way to ncurses */
};

/* ---- theme ---- */

/* A pair for each ink, selected, in focus, both and neither. */
static short pair_of(unsigned ink)
{
	unsigned state = (ink & INK_SELECTED ? 1 : 0) + (ink & INK_FOCUS ? 2 : 0);
	unsigned base = ink & ~(unsigned)(INK_SELECTED | INK_FOCUS);

	return (short)(1 + state * INK_COUNT + (base < INK_COUNT ? base : INK_PLAIN));
}

static attr_t attributes(unsigned attrs)
{
	return (attrs & ATTR_BOLD ? A_BOLD : 0) | (attrs & ATTR_DIM ? A_DIM : 0) |
	       (attrs & ATTR_UNDERLINE ? A_UNDERLINE : 0) |
	       (attrs & ATTR_REVERSE ? A_REVERSE : 0);
}

static void init_pairs(const struct palette *palette)
{
	static const unsigned states[] = { 0, INK_SELECTED, INK_FOCUS,
					   INK_SELECTED | INK_FOCUS };

	for (size_t s = 0; s < sizeof(states) / sizeof(states[0]); s++)
		for (unsigned ink = 0; ink < INK_COUNT; ink++) {
			struct paint paint = palette_paint(palette, ink | states[s]);

			init_pair(pair_of(ink | states[s]), paint.fg, paint.bg);
		}
}

int terminal_set_theme(struct terminal *terminal, const char *theme)
{
	const struct palette *palette =
		theme_palette(theme, terminal->has_colors ? COLORS : 0);

	if (!palette)
		return -EINVAL;
	terminal->palette = palette;
	if (terminal->has_colors)
		init_pairs(palette);
	terminal_redraw(terminal);
	return 0;
}

/* ---- giving back ---- */

/* Append a capability without its padding, "$<5>", which no terminal of today needs. */
static char *put_capability(char *out, const char *end, const char *text)
{
	if (!text || text == (const char *)-1 || strlen(text) >= (size_t)(end - out))
		return out;
	while (*text) {
		const char *padding =
			strncmp(text, "$<", 2) == 0 ? strchr(text, '>') : NULL;

		if (padding)
			text = padding + 1;
		else
			*out++ = *text++;
	}
	return out;
}

/* What endwin() would write; a handler cannot call it. */
static void prepare_rescue(const struct terminal *terminal)
{
	char text[RESCUE_TEXT], *out = text;
	const char *const end = text + sizeof(text);

	if (keyboard_has_mouse(terminal->keyboard))
		out = stpcpy(out, MOUSE_OFF);
	out = put_capability(out, end, exit_attribute_mode);
	if (terminal->has_colors)
		out = put_capability(out, end, orig_pair);
	out = put_capability(out, end, tiparm(cursor_address, LINES - 1, 0));
	out = put_capability(out, end, clr_eol);
	out = put_capability(out, end, cursor_normal);
	out = put_capability(out, end, exit_ca_mode);
	out = put_capability(out, end, keypad_local);
	*out = '\0';
	rescue_set_text(text);
}

static void write_mouse(const struct terminal *terminal, const char *text)
{
	ssize_t n = 0;

	if (keyboard_has_mouse(terminal->keyboard) && rescue_is_writable())
		n = write(STDOUT_FILENO, text, strlen(text));
	(void)n; /* a terminal that takes nothing is noticed by reading */
}

/* endwin() waits until the terminal has taken what was written, and stops a program in
 * the background. */
static void give_back(const struct terminal *terminal)
{
	if (isendwin())
		return;
	if (!rescue_is_owner() || !rescue_is_writable()) {
		rescue_give_back();
		return;
	}
	write_mouse(terminal, MOUSE_OFF);
	endwin();
}

/* ---- opening ---- */

/* ncurses would run with a terminal that cannot move its cursor. */
static int check_term(void)
{
	int error, rc = 0;

	if (setupterm(NULL, STDOUT_FILENO, &error) != OK)
		return -EINVAL;
	if (!cursor_address || !clear_screen || hard_copy)
		rc = -EINVAL;
	del_curterm(cur_term);
	return rc;
}

/* The file of the terminal knows the size; LINES and COLUMNS may be another's. */
static void fit_size(void)
{
	struct winsize size;

	if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_row && size.ws_col &&
	    (size.ws_row != LINES || size.ws_col != COLS))
		resize_term(size.ws_row, size.ws_col);
}

static void set_modes(void)
{
	cbreak();
	noecho();
	nonl();
	typeahead(-1);
	curs_set(0);
	intrflush(stdscr, FALSE);
	leaveok(stdscr, TRUE);
}

/* ^S is a key like others: an output that stands still helps nobody who watches. */
static void leave_flow_alone(void)
{
	struct termios modes;

	if (tcgetattr(STDIN_FILENO, &modes))
		return;
	modes.c_iflag &= ~(tcflag_t)(IXON | IXOFF);
	tcsetattr(STDIN_FILENO, TCSANOW, &modes);
	def_prog_mode();
}

static int start(struct terminal *terminal, const struct look *look)
{
	terminal->screen = newterm(NULL, stdout, stdin);
	if (!terminal->screen)
		return -EINVAL;
	terminal->keyboard = keyboard_new();
	if (!terminal->keyboard)
		return -ENOMEM;
	fit_size();
	set_modes();
	leave_flow_alone();
	terminal->has_colors = look->color && has_colors() && start_color() == OK &&
			       use_default_colors() == OK;
	return terminal_set_theme(terminal, look->theme);
}

static void free_terminal(struct terminal *terminal)
{
	keyboard_free(terminal->keyboard);
	if (terminal->screen)
		delscreen(terminal->screen);
	canvas_deinit(&terminal->shown);
	free(terminal->row);
	free(terminal);
}

int terminal_open(const struct look *look, struct terminal **ret)
{
	struct terminal *terminal;
	int rc;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return -ENOTTY;
	if (!theme_palette(look->theme, 0))
		return -EINVAL;
	rc = check_term();
	if (rc)
		return rc;
	setlocale(LC_CTYPE, "");
	use_env(FALSE);
	use_tioctl(TRUE);
	terminal = calloc(1, sizeof(*terminal));
	if (!terminal)
		return -ENOMEM;
	/* before ncurses, which takes no signal that somebody has */
	rc = rescue_start(STDOUT_FILENO);
	if (rc) {
		free(terminal);
		return rc;
	}
	rc = start(terminal, look);
	if (rc) {
		terminal_close(terminal);
		return rc;
	}
	prepare_rescue(terminal);
	write_mouse(terminal, MOUSE_ON);
	*ret = terminal;
	return 0;
}

void terminal_close(struct terminal *terminal)
{
	if (!terminal)
		return;
	if (terminal->screen)
		give_back(terminal);
	rescue_stop();
	free_terminal(terminal);
}

/* ---- showing ---- */

void terminal_redraw(struct terminal *terminal)
{
	terminal->stale = true;
	clearok(curscr, TRUE);
}

void terminal_size(const struct terminal *terminal, size_t *ret_w, size_t *ret_h)
{
	(void)terminal;
	*ret_w = (size_t)COLS;
	*ret_h = (size_t)LINES;
}

/* Make `shown` and `row` as large as the screen. */
static bool fit_shown(struct terminal *terminal)
{
	size_t w = (size_t)COLS, h = (size_t)LINES;
	cchar_t *row;

	if (terminal->row && terminal->shown.w == w && terminal->shown.h == h)
		return true;
	row = realloc(terminal->row, w * sizeof(*row));
	if (!row)
		return false;
	terminal->row = row;
	terminal->stale = true;
	return !canvas_resize(&terminal->shown, w, h);
}

static void set_cell(const struct terminal *terminal, const struct canvas_cell *cell,
		     cchar_t *ret)
{
	wchar_t text[] = { (wchar_t)cell->text[0], (wchar_t)cell->text[1],
			   (wchar_t)cell->text[2], 0 };
	attr_t attrs = attributes(palette_paint(terminal->palette, cell->ink).attrs);

	setcchar(ret, text, attrs, terminal->has_colors ? pair_of(cell->ink) : 0, NULL);
}

/* Right halves are no characters of their own. */
static void show_row(struct terminal *terminal, size_t y)
{
	const struct canvas_cell *cells = terminal->shown.cells + y * terminal->shown.w;
	int n = 0;

	for (size_t x = 0; x < terminal->shown.w; x++)
		if (cells[x].text[0])
			set_cell(terminal, &cells[x], &terminal->row[n++]);
	mvadd_wchnstr((int)y, 0, terminal->row, n);
}

/* Take a row over into `shown`; false when it was there already. */
static bool take_row(struct terminal *terminal, const struct canvas *canvas, size_t y)
{
	struct canvas *shown = &terminal->shown;
	size_t w = y >= canvas->h ? 0 : canvas->w < shown->w ? canvas->w : shown->w;
	const struct canvas_cell *from = canvas->cells + y * canvas->w;
	struct canvas_cell *to = shown->cells + y * shown->w;

	if (!terminal->stale && w == shown->w && memcmp(to, from, w * sizeof(*to)) == 0)
		return false;
	for (size_t x = 0; x < shown->w; x++)
		to[x] = x < w ? from[x] : (struct canvas_cell){ .text = { ' ' } };
	return true;
}

/* A terminal that takes nothing now is shown the next picture instead. */
void terminal_show(struct terminal *terminal, const struct canvas *canvas)
{
	if (isendwin() || !rescue_is_writable() || !fit_shown(terminal))
		return;
	for (size_t y = 0; y < terminal->shown.h; y++)
		if (take_row(terminal, canvas, y))
			show_row(terminal, y);
	terminal->stale = false;
	refresh();
}

/* ---- keys ---- */

int terminal_fd(const struct terminal *terminal)
{
	(void)terminal;
	return STDIN_FILENO;
}

int terminal_signal_fd(const struct terminal *terminal)
{
	(void)terminal;
	return rescue_fd();
}

/* In front of somebody who may have another screen by now. */
static void take_back(struct terminal *terminal)
{
	fit_size();
	prepare_rescue(terminal);
	write_mouse(terminal, MOUSE_ON);
	terminal_redraw(terminal);
}

/* Stopped, and back: unless a signal to end came meanwhile, for then the terminal belongs
 * to another. */
static unsigned suspend(struct terminal *terminal)
{
	unsigned wants;

	give_back(terminal);
	rescue_suspend();
	wants = rescue_take();
	if (!(wants & WANTS_END))
		refresh();
	return wants;
}

struct key terminal_key(struct terminal *terminal)
{
	unsigned wants = rescue_take();

	if (wants & WANTS_STOP && !(wants & WANTS_END))
		wants |= suspend(terminal);
	else if (wants & WANTS_BACK)
		reset_prog_mode(); /* whoever went on with the terminal has changed it */
	if (wants & WANTS_END)
		terminal->is_gone = true;
	if (terminal->is_gone)
		return (struct key){ KEY_HUNG_UP };
	if (!wants)
		return keyboard_key(terminal->keyboard);
	take_back(terminal);
	return (struct key){ KEY_RESIZED };
}
