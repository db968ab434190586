// Hours as people here read them, whatever the device's own zone: «14:32», and «14:32 21/11» on another day.

const said = (moment, options) => new Date(moment).toLocaleString("vi-VN", { ...options, timeZone: "Asia/Ho_Chi_Minh" });
const dayOf = (moment) => said(moment, { day: "numeric", month: "numeric" });

export function clock(moment) {
  const day = dayOf(moment);
  return said(moment, { hour: "2-digit", minute: "2-digit" }) + (day === dayOf(Date.now()) ? "" : ` ${day}`);
}
