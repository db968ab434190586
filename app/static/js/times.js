// «14:32», and «14:32 21/11/2022» of another day: in Viet Nam, wherever the device thinks it is.

const zone = { timeZone: "Asia/Ho_Chi_Minh" };
const dayOf = (moment) => new Date(moment).toLocaleDateString("vi-VN", zone);

export const isToday = (moment) => dayOf(moment) === dayOf(Date.now());
export const clock = (moment) => new Date(moment).toLocaleTimeString("vi-VN", { ...zone, timeStyle: "short" }) + (isToday(moment) ? "" : ` ${dayOf(moment)}`);
