/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-lab.h"

G_BEGIN_DECLS

/* The functions of the lab by the file they stand in; each has its line in kd-lab-table.c. */

/* kd-lab-csv.c */
JsonNode *kd_lab_csv_parse (JsonObject *args, GError **error);
JsonNode *kd_lab_csv_write (JsonObject *args, GError **error);

/* kd-lab-import.c */
JsonNode *kd_lab_import_plan (JsonObject *args, GError **error);

/* kd-lab-money.c */
JsonNode *kd_lab_money_parse (JsonObject *args, GError **error);
JsonNode *kd_lab_money_format (JsonObject *args, GError **error);
JsonNode *kd_lab_money_round (JsonObject *args, GError **error);
JsonNode *kd_lab_money_allocate (JsonObject *args, GError **error);
JsonNode *kd_lab_tax_totals (JsonObject *args, GError **error);

/* kd-lab-orders.c */
JsonNode *kd_lab_order_move (JsonObject *args, GError **error);
JsonNode *kd_lab_order_machine (JsonObject *args, GError **error);

/* kd-lab-stock.c */
JsonNode *kd_lab_stock_replay (JsonObject *args, GError **error);

/* kd-lab-text.c */
JsonNode *kd_lab_text_decode (JsonObject *args, GError **error);
JsonNode *kd_lab_text_graphemes (JsonObject *args, GError **error);
JsonNode *kd_lab_text_truncate (JsonObject *args, GError **error);
JsonNode *kd_lab_text_fold (JsonObject *args, GError **error);
JsonNode *kd_lab_html_escape (JsonObject *args, GError **error);
JsonNode *kd_lab_html_sanitize (JsonObject *args, GError **error);
JsonNode *kd_lab_phone_parse (JsonObject *args, GError **error);
JsonNode *kd_lab_phone_match (JsonObject *args, GError **error);

G_END_DECLS
